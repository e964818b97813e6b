package dev.busbar.translator.token;

import dev.busbar.translator.token.SpmModel.Kind;
import dev.busbar.translator.token.SpmModel.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Begins with single characters and joins neighbours, the pair with the best score first, until no pair is a piece. */
final class BytePairChooser implements PieceChooser {
    private final Map<String, Integer> ids = new HashMap<>();
    private final PieceTrie userDefined = new PieceTrie();
    private final List<Piece> pieces;
    private final int unknown;

    BytePairChooser(List<Piece> pieces, int unknown) {
        this.pieces = pieces;
        this.unknown = unknown;
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            if (piece.kind() == Kind.USER_DEFINED) {
                userDefined.put(piece.text(), piece.text().length());
            }
            if (piece.kind() == Kind.NORMAL || piece.kind() == Kind.USER_DEFINED) {
                ids.putIfAbsent(piece.text(), i);
            }
        }
    }

    private record Pair(int left, int right, int end, float score) {}

    @Override
    public List<Choice> choose(String text) {
        List<int[]> symbols = symbols(text);
        int count = symbols.size();
        int[] start = symbols.stream().mapToInt(symbol -> symbol[0]).toArray();
        int[] end = symbols.stream().mapToInt(symbol -> symbol[1]).toArray();
        int[] next = new int[count];
        int[] previous = new int[count];
        for (int i = 0; i < count; i++) {
            next[i] = i + 1 < count ? i + 1 : -1;
            previous[i] = i - 1;
        }
        // Best score first; of equals the leftmost.
        PriorityQueue<Pair> pairs = new PriorityQueue<>(
                Comparator.comparingDouble((Pair pair) -> -pair.score()).thenComparingInt(Pair::left));
        for (int i = 0; i + 1 < count; i++) {
            offer(pairs, text, symbols, start, end, i, i + 1);
        }
        while (!pairs.isEmpty()) {
            Pair pair = pairs.poll();
            int left = pair.left();
            int right = pair.right();
            if (end[left] < 0 || end[right] != pair.end() || next[left] != right) {
                continue;
            }
            end[left] = end[right];
            end[right] = -1;
            next[left] = next[right];
            if (next[left] >= 0) {
                previous[next[left]] = left;
                offer(pairs, text, symbols, start, end, left, next[left]);
            }
            if (previous[left] >= 0) {
                offer(pairs, text, symbols, start, end, previous[left], left);
            }
        }
        List<Choice> choices = new ArrayList<>();
        for (int i = count == 0 ? -1 : 0; i >= 0; i = next[i]) {
            choices.add(new Choice(ids.getOrDefault(text.substring(start[i], end[i]), unknown), start[i], end[i]));
        }
        return choices;
    }

    private void offer(
            PriorityQueue<Pair> pairs, String text, List<int[]> symbols, int[] start, int[] end, int left, int right) {
        // What the model's maker defined as one piece is joined with nothing.
        if (symbols.get(left)[2] == 1 || symbols.get(right)[2] == 1) {
            return;
        }
        Integer id = ids.get(text.substring(start[left], end[right]));
        if (id != null) {
            pairs.add(new Pair(left, right, end[right], pieces.get(id).score()));
        }
    }

    /** Start, end, and 1 for a piece the model's maker defined. */
    private List<int[]> symbols(String text) {
        List<int[]> symbols = new ArrayList<>();
        for (int i = 0; i < text.length(); ) {
            int length = 0;
            int node = 0;
            for (int j = i; j < text.length() && node != PieceTrie.NONE; j++) {
                node = userDefined.child(node, text.charAt(j));
                if (node != PieceTrie.NONE && userDefined.value(node) != PieceTrie.NONE) {
                    length = userDefined.value(node);
                }
            }
            int step = length > 0 ? length : Character.charCount(text.codePointAt(i));
            symbols.add(new int[] {i, i + step, length > 0 ? 1 : 0});
            i += step;
        }
        return symbols;
    }
}
