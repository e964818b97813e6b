package dev.busbar.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the extender's answers as kube-scheduler would, by their text alone. */
final class Answer {
    private static final String NAMES = "{\"NodeNames\":[";
    private static final String HOST = "{\"Host\":\"";
    private static final String SCORE = "\",\"Score\":";

    /** A node's score; kube-scheduler takes 0 to 10. */
    record Score(String host, int points) {
        Score {
            if (points < 0 || points > 10) {
                throw new IllegalStateException("node %s has the score %d, outside 0..10".formatted(host, points));
            }
        }
    }

    private Answer() {}

    /** The names that filter lets pass. */
    static List<String> names(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        int end = text.indexOf(']');
        if (!text.startsWith(NAMES) || end < 0 || !text.endsWith("\"Error\":\"\"}")) {
            throw new IllegalStateException("filter answered " + text);
        }
        var names = new ArrayList<String>();
        for (int at = NAMES.length(); at < end; ) {
            int close = text.indexOf('"', at + 1);
            names.add(text.substring(at + 1, close));
            at = close + 2;
        }
        return names;
    }

    /** The scores that prioritize gives. */
    static List<Score> scores(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        var scores = new ArrayList<Score>();
        for (int at = text.indexOf(HOST); at >= 0; at = text.indexOf(HOST, at + 1)) {
            int score = text.indexOf(SCORE, at);
            int end = text.indexOf('}', score);
            String host = text.substring(at + HOST.length(), score);
            scores.add(new Score(host, Integer.parseInt(text.substring(score + SCORE.length(), end))));
        }
        return scores;
    }
}
