package dev.busbar.server.wire;

import dev.busbar.core.placement.Ranking;
import dev.busbar.core.placement.Reason;
import dev.busbar.core.placement.Verdict.Never;
import dev.busbar.core.placement.Verdict.NotNow;
import dev.busbar.core.verbs.FilterAnswer;
import dev.busbar.core.workload.Demand.Malformed;
import dev.busbar.core.workload.Pod;
import dev.busbar.server.wire.AskedNodes.Form;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the answers of filter and prioritize from bytes that lie ready: names, fragments and reasons. Not thread-safe.
 */
public final class Answers {
    private static final Map<Reason, byte[]> REASONS = new EnumMap<>(Reason.class);

    static {
        for (var reason : Reason.values()) {
            REASONS.put(reason, JsonBytes.quoted(reason.text()));
        }
    }

    private static final byte[] NAMES = ascii("{\"NodeNames\":[");
    private static final byte[] OBJECTS = ascii("{\"Nodes\":{\"metadata\":{},\"items\":[");
    private static final byte[] FAILED = ascii("],\"FailedNodes\":{");
    private static final byte[] OBJECTS_FAILED = ascii("]},\"FailedNodes\":{");
    private static final byte[] UNRESOLVABLE = ascii("},\"FailedAndUnresolvableNodes\":{");
    private static final byte[] END = ascii("},\"Error\":\"\"}");

    /** What stands after a node's name and before the next one's, by its score. */
    private static final byte[][] SCORED = new byte[Ranking.TOP + 1][];

    static {
        for (int score = 0; score <= Ranking.TOP; score++) {
            SCORED[score] = ascii(score + "},");
        }
    }

    /** Room that a longer answer took is given back. */
    private static final int MOST_KEPT = 4 << 20;

    /** Each answer is written here first; it belongs to one thread. */
    private JsonBytes draft = new JsonBytes(1024);

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Every node is named once: among the accepted ones, or with its reason among the failed ones. */
    public byte[] filter(Args args, FilterAnswer answer) {
        var out = begun();
        var asked = args.asked();
        var flaw = flaw(args.pod());
        boolean names = asked.form() == Form.NAMES;
        out.put(names ? NAMES : OBJECTS);
        int begun = out.length();
        putAccepted(asked, answer, out);
        dropComma(out, begun);
        out.put(names ? FAILED : OBJECTS_FAILED);
        begun = out.length();
        for (int i = 0; i < asked.count(); i++) {
            if (!answer.accepts(i) && answer.verdict(i) instanceof NotNow(var reason)) {
                putFailed(args, i, words(reason), out);
            }
        }
        dropComma(out, begun);
        out.put(UNRESOLVABLE);
        begun = out.length();
        for (int i = 0; i < asked.count(); i++) {
            if (!answer.accepts(i) && answer.verdict(i) instanceof Never(var reason)) {
                putFailed(args, i, flaw.orElse(words(reason)), out);
            }
        }
        dropComma(out, begun);
        return out.put(END).copy();
    }

    /** Those that follow each other are copied as one. */
    private static void putAccepted(AskedNodes asked, FilterAnswer answer, JsonBytes out) {
        for (int from = 0; from < asked.count(); from++) {
            int to = from;
            while (to < asked.count() && answer.accepts(to)) {
                to++;
            }
            if (to > from) {
                asked.put(from, to, out);
                out.put(',');
                from = to;
            }
        }
    }

    private static void putFailed(Args args, int position, byte[] words, JsonBytes out) {
        putName(args, position, out);
        out.put(':').put(words).put(',');
    }

    private static byte[] words(Reason reason) {
        return REASONS.getOrDefault(reason, END);
    }

    /** What is wrong with the pod itself, where something is. */
    private static Optional<byte[]> flaw(Pod pod) {
        return pod.demand() instanceof Malformed malformed
                ? Optional.of(JsonBytes.quoted(malformed.text()))
                : Optional.empty();
    }

    private static void putName(Args args, int position, JsonBytes out) {
        int number = args.nodes()[position];
        if (number < 0) {
            args.asked().putName(position, out);
            return;
        }
        var table = args.table();
        out.put(table.text(), table.quotedFrom(number), table.quotedTo(number));
    }

    /** One score per node, in the order asked. */
    public byte[] prioritize(Args args, Ranking ranking) {
        var out = begun().put('[');
        var table = args.table();
        for (int i = 0; i < args.nodes().length; i++) {
            int number = args.nodes()[i];
            if (number < 0) {
                out.raw("{\"Host\":");
                args.asked().putName(i, out);
                out.raw(",\"Score\":");
            } else {
                out.put(table.text(), table.from(number), table.to(number));
            }
            out.put(SCORED[ranking.score(i)]);
        }
        dropComma(out, 1);
        return out.put(']').copy();
    }

    private static void dropComma(JsonBytes out, int begun) {
        if (out.length() > begun) {
            out.shorten();
        }
    }

    private JsonBytes begun() {
        if (draft.length() > MOST_KEPT) {
            draft = new JsonBytes(1024);
        }
        return draft.clear();
    }
}
