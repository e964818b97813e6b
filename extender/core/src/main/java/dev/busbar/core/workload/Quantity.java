package dev.busbar.core.workload;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;

/** Kubernetes quantities ({@code 250m}, {@code 8Gi}, {@code 1e3}) as thousandths of their unit. */
public final class Quantity {
    private static final int LONGEST = 64;
    private static final Map<String, BigDecimal> SUFFIXES = Map.ofEntries(
            Map.entry("", BigDecimal.ONE),
            Map.entry("n", new BigDecimal("1e-9")),
            Map.entry("u", new BigDecimal("1e-6")),
            Map.entry("m", new BigDecimal("1e-3")),
            Map.entry("k", new BigDecimal("1e3")),
            Map.entry("M", new BigDecimal("1e6")),
            Map.entry("G", new BigDecimal("1e9")),
            Map.entry("T", new BigDecimal("1e12")),
            Map.entry("P", new BigDecimal("1e15")),
            Map.entry("E", new BigDecimal("1e18")),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
            Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    private Quantity() {}

    /**
     * Thousandths, rounded up as Kubernetes does and held at the ends of a long; empty when the text is no quantity.
     */
    public static OptionalLong milli(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return OptionalLong.empty();
        }
        int end = numberEnd(text);
        var factor = SUFFIXES.get(text.substring(end));
        boolean exponentAndSuffix =
                end < text.length() && (text.indexOf('e') >= 0 || text.lastIndexOf('E', end - 1) >= 0);
        if (end == 0 || factor == null || exponentAndSuffix) {
            return OptionalLong.empty();
        }
        try {
            var number = new BigDecimal(text.substring(0, end));
            if (Math.abs((long) number.scale()) > LONGEST) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(held(number.multiply(factor).movePointRight(3)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Where the number ends and the suffix begins; an exponent belongs to the number. */
    private static int numberEnd(String text) {
        int i = 0;
        while (i < text.length() && isNumberPart(text, i)) {
            i++;
        }
        return i;
    }

    private static boolean isNumberPart(String text, int i) {
        char c = text.charAt(i);
        if ((c >= '0' && c <= '9') || c == '.') {
            return true;
        }
        if (c == '+' || c == '-') {
            return i == 0 || text.charAt(i - 1) == 'e' || text.charAt(i - 1) == 'E';
        }
        // 1e3 and 1E3 are numbers, 1E is one exa
        return (c == 'e' || c == 'E') && i > 0 && i + 1 < text.length() && text.charAt(i + 1) != 'i';
    }

    private static long held(BigDecimal milli) {
        var whole = milli.setScale(0, RoundingMode.CEILING);
        if (whole.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            return Long.MAX_VALUE;
        }
        if (whole.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) < 0) {
            return Long.MIN_VALUE;
        }
        return whole.longValueExact();
    }
}
