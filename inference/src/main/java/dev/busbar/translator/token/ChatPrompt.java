package dev.busbar.translator.token;

import dev.busbar.translator.template.Template;
import dev.busbar.translator.template.TemplateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a chat model is told so that it translates a text: an instruction, in the words of the model's own template. */
final class ChatPrompt {
    private static final String THOUGHT = "<think>";
    private static final String THOUGHT_END = "</think>";

    private final Template template;
    private final Path origin;
    private final String begin;
    private final String end;
    private final ChatDeclaration declared;

    private ChatPrompt(Template template, Path origin, String begin, String end, ChatDeclaration declared) {
        this.template = template;
        this.origin = origin;
        this.begin = begin;
        this.end = end;
        this.declared = declared;
    }

    static ChatPrompt read(Path folder) {
        FolderFile config = FolderFile.read(folder, "tokenizer_config.json");
        Path alone = folder.resolve("chat_template.jinja");
        Path origin = Files.exists(alone) ? alone : config.path();
        String source = Files.exists(alone) ? text(alone) : template(config);
        try {
            return new ChatPrompt(
                    Template.parse(source),
                    origin,
                    mark(config, "bos_token"),
                    mark(config, "eos_token"),
                    ChatDeclaration.read(folder));
        } catch (TemplateException broken) {
            throw new BadModelFolder(origin, "chat_template", broken.says(), "a template that can be read");
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** One text, or several by name. */
    private static String template(FolderFile config) {
        JsonNode field = config.field("chat_template");
        if (field.isArray()) {
            for (JsonNode named : field) {
                if (named.path("name").stringValue("").equals("default")) {
                    return named.path("template").stringValue("");
                }
            }
            throw config.wrong("chat_template", "one named default");
        }
        return config.text("chat_template");
    }

    private static String mark(FolderFile config, String name) {
        JsonNode field = config.field(name);
        return field.isObject() ? field.path("content").stringValue("") : field.stringValue("");
    }

    /** The tokens a model may spend on a thought before its answer. */
    int thoughtTokens() {
        return declared.thoughtTokens();
    }

    String around(String text, Direction direction) {
        String instruction = declared.instruction()
                .replace("{source}", language(direction.source()).orElse(direction.source()))
                .replace("{target}", language(direction.target()).orElse(direction.target()))
                .replace("{text}", text);
        try {
            String prompt = template.render(Map.of(
                    "messages",
                    List.of(Map.of("role", "user", "content", instruction)),
                    "bos_token",
                    begin,
                    "eos_token",
                    end,
                    "add_generation_prompt",
                    true,
                    "enable_thinking",
                    declared.thoughtTokens() > 0));
            return declared.thoughtTokens() > 0 ? prompt : withoutThought(prompt);
        } catch (TemplateException failure) {
            throw new BadModelFolder(origin, "chat_template", failure.says(), "one that takes a user's message");
        }
    }

    /** A template that opens a thought has it closed again. */
    private static String withoutThought(String prompt) {
        return opensThought(prompt) ? prompt.stripTrailing() + "\n\n" + THOUGHT_END + "\n\n" : prompt;
    }

    static boolean opensThought(String prompt) {
        return prompt.stripTrailing().endsWith(THOUGHT);
    }

    /** Its English name, which is what models were told most often. */
    static Optional<String> language(String code) {
        Locale locale = Locale.forLanguageTag(code.replace('_', '-'));
        String name = locale.getDisplayName(Locale.ENGLISH);
        boolean known = !locale.getLanguage().isEmpty()
                && !locale.getDisplayLanguage(Locale.ENGLISH).equals(locale.getLanguage());
        return known ? Optional.of(name) : Optional.empty();
    }
}
