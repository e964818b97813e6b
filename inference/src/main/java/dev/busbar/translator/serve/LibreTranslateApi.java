package dev.busbar.translator.serve;

import dev.busbar.translator.serve.Api.Call;
import dev.busbar.translator.serve.TextService.Answer;
import dev.busbar.translator.serve.TextService.Ask;
import dev.busbar.translator.serve.TextService.Format;
import dev.busbar.translator.text.LanguageGuess.Guess;
import dev.busbar.translator.text.SentenceSplitter.Mode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** LibreTranslate's dialect: {@code /translate}, {@code /detect}, {@code /languages}. */
final class LibreTranslateApi {
    private final TextService service;
    private final Models models;

    LibreTranslateApi(TextService service, Models models) {
        this.service = service;
        this.models = models;
    }

    JsonNode translate(Call call) {
        JsonNode fields = call.fields();
        List<String> texts = Api.texts(fields, "q", call.limits());
        if (texts.isEmpty() || (!fields.path("q").isArray() && texts.getFirst().isEmpty())) {
            throw new ApiError(400, "q is empty");
        }
        Optional<String> source = Api.optional(fields, "source").filter(code -> !code.equals("auto"));
        String format = Api.choice(fields, "format", "text", Set.of("text", "html"));
        int alternatives = Api.number(fields, "alternatives", 0, call.limits().beams() - 1);
        List<Answer> answers = service.translate(
                new Ask(
                        texts,
                        source,
                        Api.required(fields, "target"),
                        format.equals("html") ? Format.MARKUP : Format.PLAIN,
                        Mode.SENTENCES_AND_LINES,
                        Math.max(1, Api.number(fields, "beams", 1, call.limits().beams())),
                        alternatives,
                        call.timeout()),
                call.started()::accept);
        return answer(answers, fields.path("q").isArray(), source.isEmpty(), alternatives > 0);
    }

    /** A list is answered with lists, a text with a text. */
    private static JsonNode answer(List<Answer> answers, boolean list, boolean detected, boolean alternatives) {
        ObjectNode object = Api.JSON.createObjectNode();
        if (!list) {
            Answer only = answers.getFirst();
            object.put("translatedText", only.text());
            if (detected) {
                object.set("detectedLanguage", guess(only.source()));
            }
            if (alternatives) {
                object.set("alternatives", texts(only.alternatives()));
            }
            return object;
        }
        object.set("translatedText", texts(answers.stream().map(Answer::text).toList()));
        if (detected) {
            ArrayNode guesses = object.putArray("detectedLanguage");
            answers.forEach(answer -> guesses.add(guess(answer.source())));
        }
        if (alternatives) {
            ArrayNode all = object.putArray("alternatives");
            answers.forEach(answer -> all.add(texts(answer.alternatives())));
        }
        return object;
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode array = Api.JSON.createArrayNode();
        texts.forEach(array::add);
        return array;
    }

    private static ObjectNode guess(Guess guess) {
        return Api.JSON.createObjectNode().put("language", guess.language()).put("confidence", guess.confidence());
    }

    JsonNode detect(Call call) {
        JsonNode fields = call.fields();
        ArrayNode guesses = Api.JSON.createArrayNode();
        for (String text : Api.texts(fields, "q", call.limits())) {
            service.detect(text).stream().limit(3).forEach(guess -> guesses.add(guess(guess)));
        }
        return guesses;
    }

    JsonNode languages() {
        ArrayNode languages = Api.JSON.createArrayNode();
        for (String source : models.sources()) {
            ObjectNode language = languages.addObject();
            language.put("code", source);
            language.put("name", Locale.of(source).getDisplayLanguage(Locale.ENGLISH));
            ArrayNode targets = language.putArray("targets");
            models.targets(source).forEach(targets::add);
        }
        return languages;
    }
}
