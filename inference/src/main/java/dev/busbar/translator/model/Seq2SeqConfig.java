package dev.busbar.translator.model;

import dev.busbar.translator.decode.TokenRules;
import dev.busbar.translator.token.FolderFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the configuration files of an encoder-decoder model say; {@code generation_config.json} wins over {@code config.json}. */
record Seq2SeqConfig(
        FolderFile file, int start, int pad, int vocabularySize, int layers, int positions, TokenRules rules) {
    static final Set<String> FAMILIES = Set.of("marian", "m2m_100");

    /** Transformers' own limit where a model's files say none. */
    private static final int DEFAULT_MAX_TOKENS = 512;

    static Seq2SeqConfig read(Path folder) {
        FolderFile config = FolderFile.read(folder, "config.json");
        if (!FAMILIES.contains(config.text("model_type"))) {
            throw config.wrong("model_type", "marian or m2m_100 (M2M100, NLLB), or a decoder-only model in model.onnx");
        }
        Optional<FolderFile> generation = FolderFile.find(folder, "generation_config.json");
        List<Integer> ends = either(generation, config, "eos_token_id").numbers("eos_token_id");
        if (ends.isEmpty()) {
            throw config.wrong("eos_token_id", "a token id");
        }
        int pad = config.number("pad_token_id");
        int positions = config.optionalNumber("max_position_embeddings").orElse(DEFAULT_MAX_TOKENS);
        int start = either(generation, config, "decoder_start_token_id").number("decoder_start_token_id");
        int vocabulary = config.number("vocab_size");
        checkToken(config, "pad_token_id", pad, vocabulary);
        checkToken(config, "decoder_start_token_id", start, vocabulary);
        List<int[]> banned =
                new ArrayList<>(either(generation, config, "bad_words_ids").numberLists("bad_words_ids"));
        banned.add(new int[] {pad});
        int maxTokens = either(generation, config, "max_length")
                .optionalNumber("max_length")
                .orElse(DEFAULT_MAX_TOKENS);
        return new Seq2SeqConfig(
                config,
                start,
                pad,
                vocabulary,
                config.number("decoder_layers"),
                positions,
                new TokenRules(
                        ends.stream().mapToInt(Integer::intValue).toArray(),
                        banned,
                        Math.max(1, Math.min(maxTokens, positions) - 1),
                        either(generation, config, "length_penalty").decimal("length_penalty", 1)));
    }

    private static FolderFile either(Optional<FolderFile> generation, FolderFile config, String field) {
        return generation.filter(file -> file.has(field)).orElse(config);
    }

    private static void checkToken(FolderFile config, String field, int token, int vocabulary) {
        if (token < 0 || token >= vocabulary) {
            throw config.wrong(field, "a token id below vocab_size (%d)".formatted(vocabulary));
        }
    }
}
