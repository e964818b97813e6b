package dev.busbar.translator.model;

import dev.busbar.translator.token.BadModelFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an input or output of a decoder is for; {@code index} counts a cache's tensors: keys even, values odd. */
record Slot(OrtSession.Port port, Role role, int index) {
    private static final Pattern CACHE =
            Pattern.compile("(?:past_key_values|present)\\.(\\d+)\\.(?:(decoder|encoder)\\.)?(key|value)");

    /** Sorted by their indices, caches come first. */
    private static final int BEHIND_CACHES = Integer.MAX_VALUE;

    enum Role {
        TOKENS,
        POSITIONS,
        MASK,
        HIDDEN,
        USE_CACHE,
        /** Of how many positions, from the end, the scores are wanted; 0 = of all. */
        LOGITS_TO_KEEP,
        SCORES,
        OWN_CACHE,
        CROSS_CACHE,
        /** Of a cross cache of integers; each row has those of all its tensors. */
        CROSS_SCALES,
        /** How many positions of the own cache are written, and how many it shall have room for. */
        CACHE_LENGTH,
        CACHE_ROOM,
        /** What a fused step ends with, before the output layer. */
        LAST_HIDDEN
    }

    static List<Slot> of(Path file, Map<String, OrtSession.Port> ports) {
        List<Slot> slots = new ArrayList<>();
        ports.forEach((name, port) -> slots.add(slot(file, name, port)));
        return slots;
    }

    private static Slot slot(Path file, String name, OrtSession.Port port) {
        Matcher cache = CACHE.matcher(name);
        if (cache.matches()) {
            int index = Integer.parseInt(cache.group(1)) * 2 + (cache.group(3).equals("key") ? 0 : 1);
            return new Slot(port, "encoder".equals(cache.group(2)) ? Role.CROSS_CACHE : Role.OWN_CACHE, index);
        }
        return new Slot(
                port,
                switch (name) {
                    case "past_key_values.encoder.scales", "present.encoder.scales" -> Role.CROSS_SCALES;
                    case "cache_length" -> Role.CACHE_LENGTH;
                    case "cache_room" -> Role.CACHE_ROOM;
                    case "input_ids", "decoder_input_ids" -> Role.TOKENS;
                    case "position_ids" -> Role.POSITIONS;
                    case "attention_mask", "encoder_attention_mask" -> Role.MASK;
                    case "encoder_hidden_states", "last_hidden_state" -> Role.HIDDEN;
                    case "use_cache_branch" -> Role.USE_CACHE;
                    case "num_logits_to_keep", "logits_to_keep" -> Role.LOGITS_TO_KEEP;
                    case "logits" -> Role.SCORES;
                    case "hidden" -> Role.LAST_HIDDEN;
                    default ->
                        throw new BadModelFolder(
                                file,
                                "the graph's input or output " + name,
                                port,
                                "one of input_ids, attention_mask, position_ids, encoder_attention_mask,"
                                        + " encoder_hidden_states, use_cache_branch, num_logits_to_keep,"
                                        + " past_key_values.*, present.*, logits");
                },
                BEHIND_CACHES);
    }

    static List<Slot> with(List<Slot> slots, Role role) {
        return slots.stream().filter(slot -> slot.role() == role).toList();
    }
}
