package dev.busbar.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in columns that line up. */
final class Table {
    private final List<String[]> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(heads);
    }

    Table row(String... cells) {
        if (cells.length != rows.getFirst().length) {
            throw new IllegalArgumentException(
                    "a row of %s has %d columns".formatted(Arrays.toString(cells), rows.getFirst().length));
        }
        rows.add(cells);
        return this;
    }

    void print(PrintWriter out) {
        var widths = new int[rows.getFirst().length];
        for (var row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].codePointCount(0, row[i].length()));
            }
        }
        for (var row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]);
                line.repeat(' ', widths[i] - row[i].codePointCount(0, row[i].length()) + 2);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
