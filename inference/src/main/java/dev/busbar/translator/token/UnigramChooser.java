package dev.busbar.translator.token;

import dev.busbar.translator.token.SpmModel.Kind;
import dev.busbar.translator.token.SpmModel.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The cut with the highest sum of piece scores, found by going through the text once (Viterbi). */
final class UnigramChooser implements PieceChooser {
    /** How much worse than the worst piece an unknown character is. */
    private static final float UNKNOWN_PENALTY = 10;

    private final PieceTrie trie = new PieceTrie();
    private final float[] scores;
    private final int unknown;
    private final float unknownScore;

    UnigramChooser(List<Piece> pieces, int unknown) {
        this.unknown = unknown;
        scores = new float[pieces.size()];
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (Piece piece : pieces) {
            if (piece.kind() == Kind.NORMAL) {
                min = Math.min(min, piece.score());
                max = Math.max(max, piece.score());
            }
        }
        unknownScore = min - UNKNOWN_PENALTY;
        for (int i = 0; i < scores.length; i++) {
            Piece piece = pieces.get(i);
            switch (piece.kind()) {
                case NORMAL -> add(piece.text(), i, piece.score());
                // Better than any cut of the same characters can be.
                case USER_DEFINED -> add(piece.text(), i, piece.text().length() * max - 0.1f);
                case UNKNOWN, CONTROL, UNUSED, BYTE -> {}
            }
        }
    }

    private void add(String text, int piece, float score) {
        if (!text.isEmpty()) {
            trie.put(text, piece);
            scores[piece] = score;
        }
    }

    @Override
    public List<Choice> choose(String text) {
        int length = text.length();
        float[] best = new float[length + 1];
        int[] piece = new int[length + 1];
        int[] start = new int[length + 1];
        Arrays.fill(start, -1);
        for (int i = 0; i < length; i += Character.charCount(text.codePointAt(i))) {
            int oneCharacter = i + Character.charCount(text.codePointAt(i));
            boolean hasSingle = false;
            int node = 0;
            for (int end = i; end < length; end++) {
                node = trie.child(node, text.charAt(end));
                if (node == PieceTrie.NONE) {
                    break;
                }
                int id = trie.value(node);
                if (id != PieceTrie.NONE) {
                    hasSingle |= end + 1 == oneCharacter;
                    offer(best, piece, start, i, end + 1, id, best[i] + scores[id]);
                }
            }
            if (!hasSingle) {
                offer(best, piece, start, i, oneCharacter, unknown, best[i] + unknownScore);
            }
        }
        List<Choice> choices = new ArrayList<>();
        for (int end = length; end > 0; end = start[end]) {
            choices.add(new Choice(piece[end], start[end], end));
        }
        Collections.reverse(choices);
        return choices;
    }

    private static void offer(float[] best, int[] piece, int[] start, int from, int to, int id, float score) {
        if (start[to] < 0 || score > best[to]) {
            best[to] = score;
            piece[to] = id;
            start[to] = from;
        }
    }
}
