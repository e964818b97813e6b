package dev.busbar.core.workload;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/** The known word that someone who wrote an unknown one probably meant. */
public final class Nearest {
    private Nearest() {}

    public static Optional<String> to(String word, Collection<String> known) {
        int most = Math.max(1, word.length() / 3);
        return new TreeSet<>(known)
                .stream()
                        .filter(other -> distance(word, other) <= most)
                        .min(Comparator.comparingInt(other -> distance(word, other)));
    }

    /** A second line of a message, or nothing. */
    public static String hint(String word, Collection<String> known) {
        return to(word, known).map(meant -> "\nMaybe " + meant + " is meant.").orElse("");
    }

    /** How many letters must be put in, taken out or changed. */
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
