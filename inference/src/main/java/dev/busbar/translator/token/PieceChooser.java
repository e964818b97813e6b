package dev.busbar.translator.token;

import java.util.List;

/** Cuts a normalised text into pieces. */
sealed interface PieceChooser permits UnigramChooser, BytePairChooser {
    List<Choice> choose(String text);

    /** A piece and the characters it covers. */
    record Choice(int piece, int start, int end) {}
}
