package dev.busbar.files;

import java.util.Optional;
import java.util.regex.Pattern;

/** Lists of numbers as the kernel prints them: {@code 0-15,64-79}. */
final class CpuList {
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,6})(?:-([0-9]{1,6}))?");

    private CpuList() {}

    /** How many numbers there are; none where the text is no list. */
    static Optional<Integer> count(String text) {
        int count = 0;
        if (text.isBlank()) {
            return Optional.of(0);
        }
        for (var part : text.strip().split(",", -1)) {
            var range = RANGE.matcher(part.strip());
            if (!range.matches()) {
                return Optional.empty();
            }
            int from = Integer.parseInt(range.group(1));
            int to = range.group(2) == null ? from : Integer.parseInt(range.group(2));
            if (to < from) {
                return Optional.empty();
            }
            count += to - from + 1;
        }
        return Optional.of(count);
    }

    /** The first number; none where the text is no list or an empty one. */
    static Optional<Integer> first(String text) {
        return count(text)
                .filter(count -> count > 0)
                .map(count -> Integer.parseInt(text.strip().split("[-,]", -1)[0]));
    }
}
