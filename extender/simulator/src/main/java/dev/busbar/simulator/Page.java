package dev.busbar.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One HTML page without a script or a second file: tables and drawings. */
final class Page {
    private static final List<String> COLOURS =
            List.of("#0b6e4f", "#c1440e", "#2b4c9b", "#8a6d00", "#7a2f8f", "#444444");
    private static final int WIDTH = 640;
    private static final int HEIGHT = 320;
    private static final int MARGIN = 46;

    private final StringBuilder body = new StringBuilder();
    private final String title;

    Page(String title) {
        this.title = title;
    }

    Page table(List<List<String>> rows) {
        body.append("<table>\n");
        for (int i = 0; i < rows.size(); i++) {
            String cell = i == 0 ? "th" : "td";
            body.append("<tr>");
            rows.get(i)
                    .forEach(text -> body.append('<')
                            .append(cell)
                            .append('>')
                            .append(escaped(text))
                            .append("</")
                            .append(cell)
                            .append('>'));
            body.append("</tr>\n");
        }
        body.append("</table>\n");
        return this;
    }

    /** A curve per name: its value at each whole number from 0 on; NaN leaves a gap. */
    Page curves(String caption, String across, Map<String, double[]> curves) {
        double highest = curves.values().stream()
                .flatMapToDouble(Arrays::stream)
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(1);
        int longest =
                curves.values().stream().mapToInt(curve -> curve.length).max().orElse(1);
        double top = Math.max(1, Math.ceil(highest / 5) * 5);
        begin(caption);
        axes(across, longest - 1, top);
        int number = 0;
        for (var curve : curves.entrySet()) {
            String colour = COLOURS.get(number % COLOURS.size());
            body.append("<polyline fill='none' stroke-width='1.6' stroke='%s' points='".formatted(colour));
            for (int i = 0; i < curve.getValue().length; i++) {
                if (!Double.isNaN(curve.getValue()[i])) {
                    body.append("%s,%s "
                            .formatted(x((double) i / Math.max(1, longest - 1)), y(curve.getValue()[i] / top)));
                }
            }
            body.append("'/>");
            legend(number++, colour, curve.getKey());
        }
        body.append("</svg></figure>\n");
        return this;
    }

    /** A box per name from its least value, quartiles and largest value. */
    Page boxes(String caption, Map<String, double[]> quartiles) {
        double top =
                quartiles.values().stream().mapToDouble(five -> five[4]).max().orElse(1);
        begin(caption);
        axes("", 0, Math.max(1, top));
        var names = new ArrayList<>(quartiles.keySet());
        for (int i = 0; i < names.size(); i++) {
            double[] five = quartiles.getOrDefault(names.get(i), new double[5]);
            String colour = COLOURS.get(i % COLOURS.size());
            double from = MARGIN + (WIDTH - 2.0 * MARGIN) * (i + 0.3) / names.size();
            double width = (WIDTH - 2.0 * MARGIN) * 0.4 / names.size();
            line(from + width / 2, five[0] / top, from + width / 2, five[4] / top, colour);
            body.append("<rect x='%s' y='%s' width='%s' height='%s' fill='%s' fill-opacity='0.35' stroke='%s'/>"
                    .formatted(
                            rounded(from),
                            y(five[3] / top),
                            rounded(width),
                            rounded((five[3] - five[1]) / top * (HEIGHT - 2 * MARGIN)),
                            colour,
                            colour));
            line(from, five[2] / top, from + width, five[2] / top, colour);
            text(from + width / 2, HEIGHT - MARGIN + 16, "middle", names.get(i));
        }
        body.append("</svg></figure>\n");
        return this;
    }

    /** For each group a bar per name; every name has a value for each group. */
    Page bars(String caption, List<String> groups, Map<String, double[]> values) {
        double top = Math.max(
                1,
                values.values().stream().flatMapToDouble(Arrays::stream).max().orElse(1));
        begin(caption);
        axes("", 0, top);
        double group = (WIDTH - 2.0 * MARGIN) / groups.size();
        double width = group * 0.7 / Math.max(1, values.size());
        int number = 0;
        for (var of : values.entrySet()) {
            String colour = COLOURS.get(number % COLOURS.size());
            for (int i = 0; i < groups.size(); i++) {
                double part = of.getValue()[i] / top;
                body.append("<rect x='%s' y='%s' width='%s' height='%s' fill='%s'/>"
                        .formatted(
                                rounded(MARGIN + group * (i + 0.15) + width * number),
                                y(part),
                                rounded(width),
                                rounded(part * (HEIGHT - 2 * MARGIN)),
                                colour));
            }
            legend(number++, colour, of.getKey());
        }
        for (int i = 0; i < groups.size(); i++) {
            text(MARGIN + group * (i + 0.5), HEIGHT - MARGIN + 16, "middle", groups.get(i));
        }
        body.append("</svg></figure>\n");
        return this;
    }

    private void begin(String caption) {
        body.append("<figure><figcaption>%s</figcaption><svg viewBox='0 0 %d %d' width='%d' role='img'>\n"
                .formatted(escaped(caption), WIDTH, HEIGHT, WIDTH));
    }

    private void axes(String across, int last, double top) {
        for (int i = 0; i <= 5; i++) {
            line(MARGIN, i / 5.0, WIDTH - MARGIN, i / 5.0, "#dddddd");
            text(MARGIN - 6, Double.parseDouble(y(i / 5.0)) + 4, "end", rounded(top * i / 5));
        }
        for (int i = 0; i <= 5 && last > 0; i++) {
            text(Double.parseDouble(x(i / 5.0)), HEIGHT - MARGIN + 16, "middle", rounded(last * i / 5.0));
        }
        text(WIDTH / 2.0, HEIGHT - 8, "middle", across);
    }

    private void legend(int number, String colour, String name) {
        int row = number / 4;
        int y = MARGIN - 28 + 14 * row;
        int x = MARGIN + 140 * (number % 4);
        body.append("<rect x='%s' y='%s' width='10' height='10' fill='%s'/>".formatted(x, y, colour));
        text(x + 14, y + 9, "start", name);
    }

    /** From and to in pixels across, and in parts of the height. */
    private void line(double fromX, double fromPart, double toX, double toPart, String colour) {
        body.append("<line x1='%s' y1='%s' x2='%s' y2='%s' stroke='%s'/>"
                .formatted(rounded(fromX), y(fromPart), rounded(toX), y(toPart), colour));
    }

    private void text(double x, double y, String anchor, String text) {
        body.append("<text x='%s' y='%s' text-anchor='%s'>%s</text>\n"
                .formatted(rounded(x), rounded(y), anchor, escaped(text)));
    }

    private static String x(double part) {
        return rounded(MARGIN + part * (WIDTH - 2 * MARGIN));
    }

    private static String y(double part) {
        return rounded(HEIGHT - MARGIN - part * (HEIGHT - 2 * MARGIN));
    }

    private static String rounded(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    String text() {
        return """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>%s</title>
            <style>
            body { font: 14px/1.4 system-ui, sans-serif; margin: 2em; color: #222; }
            table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums; }
            th, td { border-bottom: 1px solid #ddd; padding: 2px 10px; text-align: right; }
            th:first-child, td:first-child { text-align: left; }
            figure { margin: 1.5em 0; }
            svg { background: #fff; max-width: 100%%; }
            svg text { font-size: 11px; fill: #444; }
            </style>
            <h1>%s</h1>
            %s</html>
            """.formatted(escaped(title), escaped(title), body);
    }
}
