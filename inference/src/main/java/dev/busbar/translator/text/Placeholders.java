package dev.busbar.translator.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Slots a model was trained to carry over: what they stand for never reaches the model, and comes back in its answer.
 * A model that declares none has none.
 */
public final class Placeholders {
    public static final Placeholders NONE = new Placeholders(List.of());

    private final List<Kind> kinds;

    /** All patterns as one, tried in their order at each place; group names tell which matched. */
    private final Optional<Pattern> any;

    private final Optional<Pattern> anySlot;

    /** One kind of slot: what it takes, the words it leaves alone, and the slots' names. */
    public record Kind(String name, Pattern pattern, Set<String> known, List<String> slots) {
        public Kind {
            known = Set.copyOf(known);
            slots = List.copyOf(slots);
        }

        private boolean leaves(String match) {
            return known.contains(match.toLowerCase(Locale.ROOT));
        }
    }

    public Placeholders(List<Kind> kinds) {
        this.kinds = List.copyOf(kinds);
        if (kinds.isEmpty()) {
            any = Optional.empty();
            anySlot = Optional.empty();
            return;
        }
        StringBuilder alternatives = new StringBuilder();
        for (int i = 0; i < kinds.size(); i++) {
            alternatives
                    .append(i == 0 ? "" : "|")
                    .append("(?<kind%d>%s)".formatted(i, kinds.get(i).pattern().pattern()));
        }
        any = Optional.of(Pattern.compile(alternatives.toString(), Pattern.UNICODE_CHARACTER_CLASS));
        anySlot = Optional.of(Pattern.compile(kinds.stream()
                .flatMap(kind -> kind.slots().stream())
                .sorted((a, b) -> b.length() - a.length())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"))));
    }

    /** A text with slots in it, and what each slot stands for. */
    public record Filled(String text, Map<String, String> values, Optional<Pattern> anySlot) {
        /** Puts the values back; a slot that stands for nothing is dropped. */
        public String restore(String translated) {
            if (anySlot.isEmpty()) {
                return translated;
            }
            return anySlot.get()
                    .matcher(translated)
                    .replaceAll(slot -> Matcher.quoteReplacement(values.getOrDefault(slot.group(), "")));
        }
    }

    public Filled fill(String text) {
        if (any.isEmpty()) {
            return new Filled(text, Map.of(), Optional.empty());
        }
        Map<String, String> values = new HashMap<>();
        int[] used = new int[kinds.size()];
        List<String> parts = new ArrayList<>();
        Matcher matcher = any.get().matcher(text);
        int place = 0;
        while (matcher.find()) {
            int kind = kindOf(matcher);
            String match = matcher.group();
            parts.add(text.substring(place, matcher.start()));
            place = matcher.end();
            List<String> slots = kinds.get(kind).slots();
            if (kinds.get(kind).leaves(match) || used[kind] == slots.size()) {
                parts.add(match);
                continue;
            }
            String slot = slots.get(used[kind]++);
            values.put(slot, match);
            parts.add(slot);
        }
        parts.add(text.substring(place));
        return new Filled(String.join("", parts), Map.copyOf(values), anySlot);
    }

    private int kindOf(Matcher matcher) {
        for (int i = 0; i < kinds.size(); i++) {
            if (matcher.group("kind" + i) != null) {
                return i;
            }
        }
        throw new IllegalStateException("a match of no kind");
    }
}
