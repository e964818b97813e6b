package dev.busbar.translator.serve;

import dev.busbar.translator.serve.Api.Call;
import dev.busbar.translator.serve.TextService.Answer;
import dev.busbar.translator.serve.TextService.Ask;
import dev.busbar.translator.serve.TextService.Format;
import dev.busbar.translator.text.SentenceSplitter.Mode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** DeepL's dialect: {@code /v2/translate}. Keys, formality and glossaries are taken and have no effect. */
final class DeepLApi {
    private final TextService service;

    DeepLApi(TextService service) {
        this.service = service;
    }

    JsonNode translate(Call call) {
        JsonNode fields = call.fields();
        Optional<String> source = Api.optional(fields, "source_lang").map(DeepLApi::code);
        boolean markup = Api.optional(fields, "tag_handling").isPresent();
        if (markup) {
            Api.choice(fields, "tag_handling", "html", Set.of("html", "xml"));
        }
        ObjectNode answer = Api.JSON.createObjectNode();
        ArrayNode translations = answer.putArray("translations");
        for (Answer one : service.translate(
                new Ask(
                        Api.texts(fields, "text", call.limits()),
                        source,
                        code(Api.required(fields, "target_lang")),
                        markup ? Format.MARKUP : Format.PLAIN,
                        splitting(fields, markup),
                        1,
                        0,
                        call.timeout()),
                call.started()::accept)) {
            translations.add(Api.JSON
                    .createObjectNode()
                    .put("detected_source_language", one.source().language().toUpperCase(Locale.ROOT))
                    .put("text", one.text()));
        }
        return answer;
    }

    private static Mode splitting(JsonNode fields, boolean markup) {
        String split =
                Api.choice(fields, "split_sentences", markup ? "nonewlines" : "1", Set.of("0", "1", "nonewlines"));
        return switch (split) {
            case "0" -> Mode.NONE;
            case "1" -> Mode.SENTENCES_AND_LINES;
            default -> Mode.SENTENCES;
        };
    }

    /** DE, EN-US, ZH-HANS. */
    private static String code(String deepl) {
        return deepl.toLowerCase(Locale.ROOT);
    }
}
