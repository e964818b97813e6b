package dev.busbar.translator.decode;

import dev.busbar.translator.decode.Translation.Ending;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Takes the best token at every step. Rows that are done leave the batch, so that the last long sentence runs alone. */
public final class GreedySearch {
    /** Leaving costs a copy of what stays: it pays once an eighth of the rows is done. */
    private static final int KEPT_EIGHTHS = 7;

    private final TokenRules rules;
    private final List<Source> sources;
    private final Interest interest;
    private final List<Translation> done;

    /** The sentence of each row. */
    private int[] sentences;

    /** The tokens of each sentence. */
    private final Row[] found;

    private GreedySearch(TokenRules rules, List<Source> sources, Interest interest) {
        this.rules = rules;
        this.sources = sources;
        this.interest = interest;
        done = new ArrayList<>(Collections.nCopies(sources.size(), null));
        sentences = new int[sources.size()];
        Arrays.setAll(sentences, i -> i);
        found = new Row[sources.size()];
        Arrays.setAll(found, i -> new Row());
    }

    public static List<Translation> run(StepModel model, List<Source> sources, Interest interest) {
        GreedySearch search = new GreedySearch(model.rules(), sources, interest);
        try (Decoding decoding = model.open(sources.stream().map(Source::ids).toList())) {
            search.run(decoding);
        }
        return List.copyOf(search.done);
    }

    private void run(Decoding decoding) {
        int[] tokens = decoding.firstTokens();
        int alive = sources.size();
        for (int position = 0; alive > 0; position++) {
            Scores scores = decoding.step(tokens);
            tokens = new int[sentences.length];
            for (int row = 0; row < sentences.length; row++) {
                if (done.get(sentences[row]) == null) {
                    tokens[row] = next(scores, row, position);
                    alive -= done.get(sentences[row]) == null ? 0 : 1;
                }
            }
            if (alive > 0 && alive * 8 <= sentences.length * KEPT_EIGHTHS) {
                tokens = dropDone(decoding, tokens);
            }
        }
    }

    private int next(Scores scores, int row, int position) {
        int sentence = sentences[row];
        Source source = sources.get(sentence);
        Row tokens = found[sentence];
        if (!interest.in(sentence)) {
            return finish(sentence, Ending.ABANDONED);
        }
        int token = position < source.forced().length
                ? source.forced()[position]
                : scores.best(row, rules.bannedAfter(tokens));
        if (rules.isEnd(token)) {
            return finish(sentence, Ending.END);
        }
        tokens.add(token);
        return tokens.length() == source.maxTokens() ? finish(sentence, Ending.LENGTH) : token;
    }

    private int finish(int sentence, Ending ending) {
        done.set(sentence, new Translation(found[sentence].tokens(), 0, ending));
        return 0;
    }

    private int[] dropDone(Decoding decoding, int[] tokens) {
        int[] kept = java.util.stream.IntStream.range(0, sentences.length)
                .filter(row -> done.get(sentences[row]) == null)
                .toArray();
        decoding.select(kept);
        sentences = Arrays.stream(kept).map(row -> sentences[row]).toArray();
        return Arrays.stream(kept).map(row -> tokens[row]).toArray();
    }
}
