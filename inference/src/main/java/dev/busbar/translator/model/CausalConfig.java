package dev.busbar.translator.model;

import dev.busbar.translator.decode.TokenRules;
import dev.busbar.translator.token.FolderFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the configuration files of a decoder-only model say; {@code generation_config.json} wins over {@code config.json}. */
record CausalConfig(
        FolderFile file,
        int pad,
        int vocabularySize,
        int layers,
        int cacheHeads,
        int headWidth,
        int positions,
        TokenRules rules) {
    static CausalConfig read(Path folder, Path decoder) {
        FolderFile config = FolderFile.read(folder, "config.json");
        if (Seq2SeqConfig.FAMILIES.contains(config.text("model_type"))
                || config.root().path("is_encoder_decoder").booleanValue(false)) {
            throw config.wrong(
                    "model_type", "a decoder-only model's, or an encoder_model beside " + decoder.getFileName());
        }
        Optional<FolderFile> generation = FolderFile.find(folder, "generation_config.json");
        List<Integer> ends = either(generation, config, "eos_token_id").numbers("eos_token_id");
        if (ends.isEmpty()) {
            throw config.wrong("eos_token_id", "a token id");
        }
        int vocabulary = config.number("vocab_size");
        int pad = either(generation, config, "pad_token_id")
                .optionalNumber("pad_token_id")
                .orElse(ends.getFirst());
        for (int end : ends) {
            check(either(generation, config, "eos_token_id"), "eos_token_id", end, vocabulary);
        }
        check(either(generation, config, "pad_token_id"), "pad_token_id", pad, vocabulary);
        int heads = config.number("num_attention_heads");
        int positions = config.number("max_position_embeddings");
        return new CausalConfig(
                config,
                pad,
                vocabulary,
                config.number("num_hidden_layers"),
                config.optionalNumber("num_key_value_heads").orElse(heads),
                config.optionalNumber("head_dim").orElseGet(() -> config.number("hidden_size") / heads),
                positions,
                new TokenRules(
                        ends.stream().mapToInt(Integer::intValue).toArray(),
                        either(generation, config, "bad_words_ids").numberLists("bad_words_ids"),
                        Math.max(1, positions / 2),
                        either(generation, config, "length_penalty").decimal("length_penalty", 1)));
    }

    private static FolderFile either(Optional<FolderFile> generation, FolderFile config, String field) {
        return generation.filter(file -> file.has(field)).orElse(config);
    }

    private static void check(FolderFile file, String field, int token, int vocabulary) {
        if (token < 0 || token >= vocabulary) {
            throw file.wrong(field, "a token id below vocab_size (%d)".formatted(vocabulary));
        }
    }
}
