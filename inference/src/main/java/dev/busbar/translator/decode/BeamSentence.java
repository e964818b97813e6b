package dev.busbar.translator.decode;

import dev.busbar.translator.decode.Translation.Ending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The beams of one sentence. They begin as one row and become {@code beams} rows after the first step. */
final class BeamSentence {
    private static final Comparator<Translation> BEST_FIRST =
            Comparator.comparingDouble(Translation::score).reversed();

    private final Source source;
    private final TokenRules rules;
    private final int beams;
    private final List<Translation> finished = new ArrayList<>();
    private List<Beam> open = List.of(new Beam(new Row(), 0, 0, 0));
    private int firstRow = -1;
    private boolean done;

    /** A beginning of a translation, its log probability, the row it grew from and its last token. */
    private record Beam(Row tokens, double score, int parentRow, int token) {}

    private record Growth(Beam beam, int row, int token, double score) {}

    BeamSentence(Source source, TokenRules rules, int beams) {
        this.source = source;
        this.rules = rules;
        this.beams = beams;
    }

    boolean isDone() {
        return done;
    }

    IntStream parentRows() {
        return open.stream().mapToInt(Beam::parentRow);
    }

    IntStream lastTokens() {
        return open.stream().mapToInt(Beam::token);
    }

    /** Says which rows of the batch the beams have now; gives the first row behind them. */
    int placeAt(int row) {
        firstRow = row;
        return row + open.size();
    }

    void advance(Scores scores, boolean wanted) {
        if (!wanted) {
            stop(Ending.ABANDONED);
            return;
        }
        List<Growth> growths = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            grow(scores, open.get(i), firstRow + i, growths);
        }
        growths.sort(Comparator.comparingDouble(Growth::score).reversed());
        keepBest(growths);
        if (open.isEmpty() || enough() || open.getFirst().tokens().length() == source.maxTokens()) {
            stop(Ending.LENGTH);
        }
    }

    private void grow(Scores scores, Beam beam, int row, List<Growth> into) {
        int position = beam.tokens().length();
        if (position < source.forced().length) {
            into.add(new Growth(beam, row, source.forced()[position], beam.score()));
            return;
        }
        double normaliser = scores.logSumExp(row);
        // One of two may be an end, so twice as many keep all beams alive.
        for (Scores.Candidate candidate : scores.top(row, 2 * beams, rules.bannedAfter(beam.tokens()))) {
            into.add(new Growth(beam, row, candidate.token(), beam.score() + candidate.score() - normaliser));
        }
    }

    private void keepBest(List<Growth> growths) {
        List<Beam> next = new ArrayList<>();
        for (int i = 0; i < growths.size() && next.size() < beams; i++) {
            Growth growth = growths.get(i);
            if (!rules.isEnd(growth.token())) {
                Row tokens = new Row(growth.beam().tokens());
                tokens.add(growth.token());
                next.add(new Beam(tokens, growth.score(), growth.row(), growth.token()));
            } else if (i < beams) {
                finish(growth.beam().tokens(), growth.score(), Ending.END);
            }
        }
        open = next;
    }

    /** True when no open beam can still overtake the finished ones; scores only fall. */
    private boolean enough() {
        if (finished.size() < beams) {
            return false;
        }
        double worst = finished.stream().mapToDouble(Translation::score).min().orElseThrow();
        Beam best = open.getFirst();
        return ranked(best.score(), best.tokens().length()) <= worst;
    }

    private double ranked(double score, int length) {
        return score / Math.pow(Math.max(1, length), rules.lengthPenalty());
    }

    private void finish(Row tokens, double score, Ending ending) {
        // The end counts as a token of the translation, as it does in the models' own software.
        finished.add(new Translation(tokens.tokens(), ranked(score, tokens.length() + 1), ending));
        finished.sort(BEST_FIRST);
        if (finished.size() > beams) {
            finished.removeLast();
        }
    }

    private void stop(Ending ending) {
        done = true;
        if (finished.size() < beams) {
            for (Beam beam : open) {
                finished.add(new Translation(
                        beam.tokens().tokens(),
                        ranked(beam.score(), beam.tokens().length()),
                        ending));
            }
            finished.sort(BEST_FIRST);
        }
        open = List.of();
    }

    List<Translation> translations() {
        return List.copyOf(finished.subList(0, Math.min(beams, finished.size())));
    }
}
