package dev.busbar.translator.token;

import java.nio.file.Files;
import java.nio.file.Path;

/** Chooses the codec for a model folder by the files that are in it. */
public final class Codecs {
    private Codecs() {}

    public static TextCodec open(Path folder, FolderFile config) {
        if (Files.exists(folder.resolve("source.spm"))) {
            return VocabularyCodec.marian(folder);
        }
        if (Files.exists(folder.resolve("tokenizer.json"))) {
            return TokenizerJsonCodec.read(
                    folder, config.numbers("eos_token_id").getFirst());
        }
        if (Files.exists(folder.resolve("sentencepiece.bpe.model"))) {
            return VocabularyCodec.m2m100(folder);
        }
        throw new BadModelFolder(
                folder, "no tokenizer found; expected source.spm, tokenizer.json or sentencepiece.bpe.model");
    }

    /** The tokens a model that is told in words may spend on a thought before its answer. */
    public static int thoughtTokens(Path folder) {
        return ChatDeclaration.read(folder).thoughtTokens();
    }

    /** For a model that is told in words what to do. */
    public static TextCodec chat(Path folder) {
        return ChatCodec.read(folder);
    }
}
