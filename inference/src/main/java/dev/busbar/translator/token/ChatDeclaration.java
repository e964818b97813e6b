package dev.busbar.translator.token;

import java.nio.file.Path;
import java.util.Optional;

/** What {@code busbar.json} may say of a chat model: what to tell it, and how long it may think. */
record ChatDeclaration(String instruction, int thoughtTokens) {
    private static final String INSTRUCTION =
            "Translate the following text from {source} into {target}. Answer with the translation alone.\n\n{text}";
    private static final int THOUGHT_TOKENS = 1024;

    static ChatDeclaration read(Path folder) {
        Optional<FolderFile> file = FolderFile.find(folder, Declarations.FILE);
        String instruction =
                file.flatMap(given -> given.optionalText("instruction")).orElse(INSTRUCTION);
        int thought = file.map(given -> given.optionalNumber("thoughtTokens").orElse(THOUGHT_TOKENS))
                .orElse(THOUGHT_TOKENS);
        if (!instruction.contains("{text}") || !instruction.contains("{target}")) {
            throw file.orElseThrow().wrong("instruction", "a text with {target} and {text} in it");
        }
        if (thought < 0) {
            throw file.orElseThrow().wrong("thoughtTokens", "0 or more");
        }
        return new ChatDeclaration(instruction, thought);
    }
}
