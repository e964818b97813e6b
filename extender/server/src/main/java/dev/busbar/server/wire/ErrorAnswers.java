package dev.busbar.server.wire;

import java.nio.charset.StandardCharsets;

/** Answers that say why there is none, each in the form that its verb has. */
public final class ErrorAnswers {
    /** Prioritize has no place for words: an empty list scores every node 0. */
    public static final byte[] NO_SCORES = "[]".getBytes(StandardCharsets.US_ASCII);

    /** Preempt has none either: no candidates means that nobody is evicted for the pod now. */
    public static final byte[] NO_VICTIMS = "{\"NodeNameToMetaVictims\":{}}".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ERROR = "{\"Error\":".getBytes(StandardCharsets.US_ASCII);

    /** A bind that is done. */
    public static final byte[] BOUND = "{\"Error\":\"\"}".getBytes(StandardCharsets.US_ASCII);

    private ErrorAnswers() {}

    /** What filter and bind answer when they can't: kube-scheduler shows the text and tries again later. */
    public static byte[] error(String text) {
        return new JsonBytes(64 + text.length())
                .put(ERROR)
                .string(text)
                .put('}')
                .toArray();
    }
}
