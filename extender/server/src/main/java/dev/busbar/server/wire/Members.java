package dev.busbar.server.wire;

import java.util.function.Consumer;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Walks over the members of JSON objects and arrays, and names the place where one is of another kind. */
final class Members {
    private Members() {}

    /**
     * Calls for each member of the object at the parser's current token, with the parser at the member's value; the
     * callee reads the value or skips it. Null has no members.
     */
    static void each(JsonParser in, String path, Consumer<String> member) {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw wrong(in, path, "an object");
        }
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = in.currentName();
            in.nextToken();
            member.accept(name);
        }
    }

    static void eachItem(JsonParser in, String path, Runnable item) {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(in, path, "a list");
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
            item.run();
        }
    }

    static String text(JsonParser in, String path) {
        return switch (in.currentToken()) {
            // An amount may be written as a number.
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getString();
            case VALUE_NULL -> "";
            default -> throw wrong(in, path, "a text");
        };
    }

    /** A text that may be nothing else. */
    static String string(JsonParser in, String path) {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(in, path, "a text");
        }
        return in.getString();
    }

    static int number(JsonParser in, String path) {
        return switch (in.currentToken()) {
            case VALUE_NUMBER_INT -> (int) Math.clamp(in.getBigIntegerValue().doubleValue(), -2e9, 2e9);
            case VALUE_NULL -> 0;
            default -> throw wrong(in, path, "a whole number");
        };
    }

    private static WireException wrong(JsonParser in, String path, String expected) {
        return new WireException("%s must be %s, not %s".formatted(path, expected, in.currentToken()));
    }
}
