package dev.busbar.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A comma-separated table with a header line and without quoting. */
final class Csv {
    private final Path file;
    private final List<String> header;
    private final List<String> lines;

    private Csv(Path file, List<String> header, List<String> lines) {
        this.file = file;
        this.header = header;
        this.lines = lines;
    }

    static Csv read(Path file) {
        var lines = lines(file);
        if (lines.isEmpty()) {
            throw new SimulationException(file + " is empty, a header line is expected");
        }
        return new Csv(file, Arrays.asList(lines.getFirst().split(",", -1)), lines);
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new SimulationException("%s cannot be read (%s).\nMaybe the path is wrong."
                    .formatted(file, e.getClass().getSimpleName()));
        }
    }

    /** The lines below the header that are not blank. */
    List<Row> rows() {
        return IntStream.range(1, lines.size())
                .filter(i -> !lines.get(i).isBlank())
                .mapToObj(i -> new Row(i + 1, Arrays.asList(lines.get(i).split(",", -1))))
                .toList();
    }

    boolean has(String column) {
        return header.contains(column);
    }

    /** One line of the table. */
    final class Row {
        private final int line;
        private final List<String> cells;

        private Row(int line, List<String> cells) {
            this.line = line;
            this.cells = cells;
        }

        String text(String column) {
            int at = header.indexOf(column);
            if (at < 0 || at >= cells.size()) {
                throw new SimulationException("%s:%d has no column %s, its columns are %s"
                        .formatted(file, line, column, String.join(",", header)));
            }
            return cells.get(at).strip();
        }

        /** A whole number; empty counts as 0. */
        int number(String column) {
            String text = text(column);
            try {
                // Some lists write whole numbers as 1000.0.
                return text.isEmpty() ? 0 : (int) Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw new SimulationException("%s:%d: %s (%s) is not a number".formatted(file, line, column, text));
            }
        }

        SimulationException wrong(String what) {
            return new SimulationException("%s:%d: %s".formatted(file, line, what));
        }
    }
}
