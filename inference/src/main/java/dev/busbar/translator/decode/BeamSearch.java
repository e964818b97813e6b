package dev.busbar.translator.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Keeps the best few beginnings of every sentence, and gives each sentence's best translations, best first. */
public final class BeamSearch {
    private final Interest interest;
    private final List<BeamSentence> sentences = new ArrayList<>();

    private BeamSearch(TokenRules rules, List<Source> sources, int beams, Interest interest) {
        this.interest = interest;
        for (Source source : sources) {
            sentences.add(new BeamSentence(source, rules, beams));
        }
        place(IntStream.range(0, sentences.size()).toArray());
    }

    public static List<List<Translation>> run(StepModel model, List<Source> sources, int beams, Interest interest) {
        if (beams < 1) {
            throw new IllegalArgumentException("beams (%d) must be at least 1".formatted(beams));
        }
        BeamSearch search = new BeamSearch(model.rules(), sources, beams, interest);
        try (Decoding decoding = model.open(sources.stream().map(Source::ids).toList())) {
            search.run(decoding);
        }
        return search.sentences.stream().map(BeamSentence::translations).toList();
    }

    private void run(Decoding decoding) {
        int[] tokens = decoding.firstTokens();
        int[] alive = IntStream.range(0, sentences.size()).toArray();
        while (alive.length > 0) {
            Scores scores = decoding.step(tokens);
            alive = advance(scores, alive);
            int[] parents = parents(alive);
            tokens = lastTokens(alive);
            if (alive.length > 0 && !isIdentity(parents, scores.rows())) {
                decoding.select(parents);
            }
            place(alive);
        }
    }

    private int[] advance(Scores scores, int[] alive) {
        for (int sentence : alive) {
            sentences.get(sentence).advance(scores, interest.in(sentence));
        }
        return Arrays.stream(alive)
                .filter(sentence -> !sentences.get(sentence).isDone())
                .toArray();
    }

    private int[] parents(int[] alive) {
        return Arrays.stream(alive)
                .flatMap(sentence -> sentences.get(sentence).parentRows())
                .toArray();
    }

    private int[] lastTokens(int[] alive) {
        return Arrays.stream(alive)
                .flatMap(sentence -> sentences.get(sentence).lastTokens())
                .toArray();
    }

    private void place(int[] alive) {
        int row = 0;
        for (int sentence : alive) {
            row = sentences.get(sentence).placeAt(row);
        }
    }

    private static boolean isIdentity(int[] parents, int rows) {
        return parents.length == rows && IntStream.range(0, rows).allMatch(i -> parents[i] == i);
    }
}
