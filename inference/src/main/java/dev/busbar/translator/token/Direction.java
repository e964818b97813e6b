package dev.busbar.translator.token;

/** From which language into which, by their codes: {@code en} to {@code zh}. */
public record Direction(String source, String target) {
    public Direction {
        if (source.isBlank() || target.isBlank()) {
            throw new IllegalArgumentException(
                    "a direction needs two languages, not '%s' and '%s'".formatted(source, target));
        }
    }

    @Override
    public String toString() {
        return source + "-" + target;
    }
}
