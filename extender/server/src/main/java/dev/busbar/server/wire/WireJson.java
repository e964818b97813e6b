package dev.busbar.server.wire;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** The JSON parser for requests, with its limits. */
final class WireJson {
    private static final int LONGEST_STRING = 1 << 20;

    private final JsonFactory factory;

    WireJson(int maxDepth) {
        factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxStringLength(LONGEST_STRING)
                        .build())
                .build();
    }

    JsonParser parser(byte[] body, int from, int length) {
        return factory.createParser(ObjectReadContext.empty(), body, from, length);
    }

    /** Nothing may follow the one value of a request. */
    static void end(JsonParser in) {
        if (in.nextToken() != null) {
            throw new WireException("the request goes on after its JSON value");
        }
    }

    static WireException unreadable(JacksonException e) {
        var at = e.getLocation();
        var where = at == null ? "" : " at byte " + at.getByteOffset();
        return new WireException("the request is no JSON that Busbar reads%s: %s".formatted(where, firstLine(e)));
    }

    private static String firstLine(JacksonException e) {
        var message = e.getOriginalMessage();
        // What follows tells of the parser's own settings.
        int settings = message.indexOf(" (start marker at");
        int end = settings >= 0 ? settings : message.indexOf('\n');
        var line = end < 0 ? message : message.substring(0, end);
        return line.length() > 200 ? line.substring(0, 200) : line;
    }
}
