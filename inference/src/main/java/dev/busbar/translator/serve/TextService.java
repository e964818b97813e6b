package dev.busbar.translator.serve;

import dev.busbar.translator.batch.Batcher;
import dev.busbar.translator.batch.Order;
import dev.busbar.translator.batch.Refusal;
import dev.busbar.translator.decode.Translation;
import dev.busbar.translator.model.Translator;
import dev.busbar.translator.model.Translator.Prepared;
import dev.busbar.translator.text.LanguageGuess;
import dev.busbar.translator.text.LanguageGuess.Guess;
import dev.busbar.translator.text.Markup;
import dev.busbar.translator.text.Markup.Run;
import dev.busbar.translator.text.SentenceSplitter;
import dev.busbar.translator.text.SentenceSplitter.Mode;
import dev.busbar.translator.text.SentenceSplitter.Piece;
import dev.busbar.translator.token.NoAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Whole texts: their language, their sentences, their markup; the sentences of all of a request go to the batcher at once. */
final class TextService {
    private final Models models;
    private final Batcher batcher;
    private final LanguageGuess guess;

    TextService(Models models, Batcher batcher) {
        this.models = models;
        this.batcher = batcher;
        guess = new LanguageGuess(models.sources());
    }

    /** What a text is made of. */
    enum Format {
        PLAIN,
        MARKUP
    }

    /** What a client asks for; no source means that it is to be guessed for each text. */
    record Ask(
            List<String> texts,
            Optional<String> source,
            String target,
            Format format,
            Mode split,
            int beams,
            int alternatives,
            Duration timeout) {}

    /** A translated text, the language it was taken to be in, and other translations where they were asked for. */
    record Answer(String text, Guess source, List<String> alternatives) {}

    /** Told of the orders of a request, so that they can be given up when the client leaves. */
    interface Started {
        void order(Order order);
    }

    List<Guess> detect(String text) {
        return guess.of(text);
    }

    List<Answer> translate(Ask ask, Started started) {
        List<Document> documents = new ArrayList<>();
        for (String text : ask.texts()) {
            documents.add(new Document(text, ask, source(ask, text)));
        }
        submit(documents, ask, started);
        return documents.stream().map(document -> document.answer(ask)).toList();
    }

    private Guess source(Ask ask, String text) {
        if (ask.source().isPresent()) {
            return new Guess(ask.source().get(), 100);
        }
        List<Guess> guesses = guess.of(text);
        return guesses.stream()
                .filter(candidate ->
                        models.route(candidate.language(), ask.target()).isPresent())
                .findFirst()
                .or(() -> guesses.stream().findFirst())
                // A text without letters is in any language.
                .or(() -> models.sources().stream().findFirst().map(any -> new Guess(any, 0)))
                .orElseThrow(() -> new ApiError(400, "the language of the text cannot be told"));
    }

    private void submit(List<Document> documents, Ask ask, Started started) {
        Map<Translator, List<Slot>> byModel = new HashMap<>();
        for (Document document : documents) {
            document.sentences()
                    .forEach(slot -> byModel.computeIfAbsent(
                                    document.route.translator(), translator -> new ArrayList<>())
                            .add(slot));
        }
        int beams = Math.max(ask.beams(), ask.alternatives() + 1);
        List<Running> running = new ArrayList<>();
        try {
            byModel.forEach((translator, slots) -> {
                List<Prepared> prepared = slots.stream().map(Slot::prepared).toList();
                Order order = batcher.submit(translator, prepared, beams, ask.timeout());
                started.order(order);
                running.add(new Running(translator, order, slots));
            });
            running.forEach(Running::finish);
        } catch (Refusal refusal) {
            running.forEach(one -> one.order().abandon());
            throw ApiError.of(refusal);
        } catch (NoAnswer thought) {
            throw new ApiError(500, thought.says());
        } catch (CompletionException failure) {
            running.forEach(one -> one.order().abandon());
            throw failure.getCause() instanceof Refusal refusal ? ApiError.of(refusal) : failure;
        }
    }

    /** The sentences of a request that one model has. */
    private record Running(Translator translator, Order order, List<Slot> slots) {
        void finish() {
            List<List<Translation>> found = order.answer().join();
            for (int i = 0; i < slots.size(); i++) {
                slots.get(i).take(translator, found.get(i));
            }
        }
    }

    /** A sentence and its translations, once they are there. */
    private static final class Slot {
        private final Prepared prepared;
        private List<String> translations = List.of();

        Slot(Prepared prepared) {
            this.prepared = prepared;
        }

        Prepared prepared() {
            return prepared;
        }

        void take(Translator translator, List<Translation> found) {
            translations = found.stream()
                    .map(translation -> translator.finish(translation, prepared))
                    .toList();
        }

        String translation(int rank) {
            return translations.get(Math.min(rank, translations.size() - 1));
        }
    }

    /** One text cut into what stays and what is translated. */
    private final class Document {
        private final Guess source;
        private final Models.Route route;
        private final List<Part> parts = new ArrayList<>();

        private sealed interface Part {}

        private record Kept(String text) implements Part {}

        private record Translated(List<Piece> pieces, List<Optional<Slot>> slots, Format format) implements Part {}

        Document(String text, Ask ask, Guess source) {
            this.source = source;
            route = models.route(source.language(), ask.target())
                    .orElseThrow(() -> new ApiError(
                            400,
                            "%s to %s is not served; there is %s"
                                    .formatted(source.language(), ask.target(), String.join(", ", models.names()))));
            if (ask.format() == Format.PLAIN) {
                addText(text, ask);
                return;
            }
            for (Run run : Markup.parse(text)) {
                switch (run) {
                    case Run.Text(String inner) -> addText(inner, ask);
                    case Run.Verbatim(String markup) -> parts.add(new Kept(markup));
                }
            }
        }

        private void addText(String text, Ask ask) {
            List<Piece> pieces = SentenceSplitter.split(text, route.direction().source(), ask.split());
            List<Optional<Slot>> slots = pieces.stream()
                    .map(piece -> Optional.of(piece.sentence())
                            .filter(sentence -> !sentence.isBlank())
                            .map(sentence -> new Slot(route.translator().prepare(sentence, route.direction()))))
                    .toList();
            parts.add(new Translated(pieces, slots, ask.format()));
        }

        List<Slot> sentences() {
            List<Slot> all = new ArrayList<>();
            for (Part part : parts) {
                if (part instanceof Translated translated) {
                    translated.slots().forEach(slot -> slot.ifPresent(all::add));
                }
            }
            return all;
        }

        Answer answer(Ask ask) {
            List<String> others = new ArrayList<>();
            for (int rank = 1; rank <= ask.alternatives(); rank++) {
                others.add(text(rank));
            }
            return new Answer(text(0), source, others);
        }

        private String text(int rank) {
            StringBuilder text = new StringBuilder();
            for (Part part : parts) {
                switch (part) {
                    case Kept(String kept) -> text.append(kept);
                    case Translated(List<Piece> pieces, List<Optional<Slot>> slots, Format format) -> {
                        List<String> translations = slots.stream()
                                .map(slot -> slot.map(filled -> filled.translation(rank))
                                        .orElse(""))
                                .toList();
                        String joined = SentenceSplitter.join(
                                pieces, translations, route.direction().target());
                        text.append(format == Format.MARKUP ? Markup.escape(joined) : joined);
                    }
                }
            }
            return text.toString();
        }
    }
}
