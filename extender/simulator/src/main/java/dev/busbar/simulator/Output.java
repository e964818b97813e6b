package dev.busbar.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Where a simulation's results go: a table on stdout, progress on stderr, and files that were asked for. */
record Output(PrintWriter out, PrintWriter err, Optional<Path> csv, Optional<Path> html) {
    /** One line about how far it is. */
    void progress(String line) {
        err.println(line);
        err.flush();
    }

    /** Prints rows of equal length as a table, the first as its head. */
    void table(List<List<String>> rows) {
        for (var row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                String cell = row.get(column);
                // Names to the left, numbers to the right.
                line.append(column == 0 ? "" : "  ");
                line.append(
                        isText(rows, at)
                                ? cell + " ".repeat(width - cell.length())
                                : " ".repeat(width - cell.length()) + cell);
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }

    private static boolean isText(List<List<String>> rows, int column) {
        return rows.size() > 1
                && !rows.getLast().get(column).isEmpty()
                && Character.isLetter(rows.getLast().get(column).charAt(0));
    }

    void text(String text) {
        out.println(text);
        out.flush();
    }

    void csv(List<List<String>> rows) {
        csv.ifPresent(file -> write(
                file,
                String.join(
                                "\n",
                                rows.stream().map(row -> String.join(",", row)).toList()) + "\n"));
    }

    void html(Supplier<String> page) {
        html.ifPresent(file -> write(file, page.get()));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new SimulationException("%s cannot be written (%s).\nMaybe its folder does not exist."
                    .formatted(file, e.getClass().getSimpleName()));
        }
    }
}
