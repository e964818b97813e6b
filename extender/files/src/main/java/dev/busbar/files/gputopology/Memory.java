package dev.busbar.files.gputopology;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An amount of memory, written as Kubernetes writes it: {@code 80Gi}, {@code 81559Mi}. */
public record Memory(long bytes) implements Comparable<Memory> {

    public static final Memory NONE = new Memory(0);
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,19})(Ki|Mi|Gi|Ti)?");
    private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti"};

    public Memory {
        if (bytes < 0) {
            throw new IllegalArgumentException("memory (%d bytes) must not be negative".formatted(bytes));
        }
    }

    @JsonCreator
    public static Memory parse(String text) {
        var matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "memory (%s) must be a number with Ki, Mi, Gi, Ti or nothing behind it".formatted(text));
        }
        try {
            return new Memory(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor(matcher.group(2))));
        } catch (ArithmeticException | NumberFormatException _) {
            throw new IllegalArgumentException("memory (%s) is more than a long can hold".formatted(text));
        }
    }

    public static Memory mebibytes(long mebibytes) {
        return new Memory(Math.multiplyExact(mebibytes, 1L << 20));
    }

    @Override
    public int compareTo(Memory other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The largest unit that needs no fraction. */
    @JsonValue
    @Override
    public String toString() {
        if (bytes == 0) {
            return "0";
        }
        int unit = Math.min(Long.numberOfTrailingZeros(bytes) / 10, UNITS.length - 1);
        return (bytes >> (10 * unit)) + UNITS[unit];
    }

    private static long factor(@Nullable String unit) {
        return switch (unit) {
            case "Ki" -> 1L << 10;
            case "Mi" -> 1L << 20;
            case "Gi" -> 1L << 30;
            case "Ti" -> 1L << 40;
            case null, default -> 1;
        };
    }
}
