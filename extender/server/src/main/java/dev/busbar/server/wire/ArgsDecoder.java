package dev.busbar.server.wire;

import dev.busbar.core.cluster.NodeNames;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.Pod;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Decodes the arguments of filter and prioritize. Plain requests, which is what kube-scheduler sends, are walked over
 * in place; whatever is not plain is read by Jackson, whose word on broken text is final. One decoder belongs to one
 * thread: it learns the order in which the scheduler names the nodes, and keeps the last pod, since prioritize asks
 * about the pod that filter has just asked about.
 */
public final class ArgsDecoder {
    private static final byte[] POD = {'P', 'o', 'd'};
    private static final byte[] NODES = {'N', 'o', 'd', 'e', 's'};
    private static final byte[] NODE_NAMES = {'N', 'o', 'd', 'e', 'N', 'a', 'm', 'e', 's'};
    private static final byte[] ITEMS = {'i', 't', 'e', 'm', 's'};
    private static final byte[] METADATA = {'m', 'e', 't', 'a', 'd', 'a', 't', 'a'};
    private static final byte[] NAME = {'n', 'a', 'm', 'e'};

    private final int maxDepth;
    private final JacksonArgs jackson;
    private final AskedNodesBuilder nodes = new AskedNodesBuilder();
    private NameTable table = NameTable.of(NodeNames.NONE);
    private NameOrder order = new NameOrder(table);
    private byte[] podText = {};
    private Optional<Pod> lastPod = Optional.empty();

    /** A decoder that refuses values nested deeper than this. */
    public ArgsDecoder(DemandReader demands, int maxDepth) {
        this.maxDepth = maxDepth;
        this.jackson = new JacksonArgs(demands, maxDepth);
    }

    /**
     * Decodes the first bytes of a body; only {@link WireException} says that they can't be.
     *
     * @param names the names against which nodes are numbered
     */
    public Args decode(byte[] body, int length, NodeNames names) {
        if (names != table.names()) {
            table = NameTable.of(names);
            order = new NameOrder(table);
        }
        try {
            return walk(new JsonCursor(body, length, maxDepth), body, length);
        } catch (JsonCursor.Surprise e) {
            return jackson.decode(body, length, table);
        }
    }

    private Args walk(JsonCursor in, byte[] body, int length) {
        Optional<Pod> pod = Optional.empty();
        Optional<AskedNodes> asked = Optional.empty();
        in.pass('{');
        for (boolean more = !in.passed('}'); more; more = in.another('}')) {
            in.key();
            if (in.isGoName(POD)) {
                pod = in.passedNull() ? pod : Optional.of(pod(in, body, length));
            } else if (in.isGoName(NODE_NAMES)) {
                asked = in.passedNull() ? asked : Optional.of(names(in, body, length));
            } else if (in.isGoName(NODES)) {
                asked = in.passedNull() ? asked : Optional.of(objects(in, body));
            } else {
                in.skipValue();
            }
        }
        in.end();
        return new Args(pod.orElseThrow(JsonCursor::surprise), asked.orElseThrow(JsonCursor::surprise), table);
    }

    private Pod pod(JsonCursor in, byte[] body, int length) {
        in.peek();
        int from = in.at();
        int known = podText.length;
        if (lastPod.isPresent()
                && from + known <= length
                && Arrays.equals(podText, 0, known, body, from, from + known)) {
            in.moveTo(from + known);
            return lastPod.get();
        }
        in.skipValue();
        try {
            var pod = jackson.pod(body, from, in.at() - from);
            podText = Arrays.copyOfRange(body, from, in.at());
            lastPod = Optional.of(pod);
            return pod;
        } catch (JacksonException e) {
            throw JsonCursor.surprise();
        }
    }

    private AskedNodes names(JsonCursor in, byte[] body, int length) {
        nodes.clear();
        order.start();
        in.pass('[');
        for (boolean more = !in.passed(']'); more; more = in.another(']')) {
            in.peek();
            in.moveTo(order.run(body, in.at(), length, nodes));
            in.peek();
            int from = in.at();
            int number = order.expected(body, from, length);
            if (number >= 0) {
                int to = from + table.quotedTo(number) - table.quotedFrom(number);
                in.moveTo(to);
                nodes.name(number, from + 1, to - 1);
                continue;
            }
            in.string();
            nodes.name(number(in, body), in.from(), in.to());
        }
        order.learn(nodes);
        return nodes.names(body);
    }

    /** The number of the name that the cursor has just passed over. */
    private int number(JsonCursor in, byte[] body) {
        int number = table.find(body, in.from(), in.to());
        if (number < 0) {
            for (int i = in.from(); i < in.to(); i++) {
                if (body[i] < 0) {
                    // Jackson sees to it that a name we are to repeat is sound UTF-8.
                    throw JsonCursor.surprise();
                }
            }
            return -1;
        }
        order.found(number);
        return number;
    }

    private AskedNodes objects(JsonCursor in, byte[] body) {
        nodes.clear();
        in.pass('{');
        for (boolean more = !in.passed('}'); more; more = in.another('}')) {
            in.key();
            if (!in.is(ITEMS)) {
                in.skipValue();
                continue;
            }
            nodes.clear();
            if (in.passedNull()) {
                continue;
            }
            in.pass('[');
            for (boolean item = !in.passed(']'); item; item = in.another(']')) {
                object(in, body);
            }
        }
        return nodes.objects(body);
    }

    private void object(JsonCursor in, byte[] body) {
        in.peek();
        int from = in.at();
        int nameFrom = -1;
        int nameTo = -1;
        in.pass('{');
        for (boolean more = !in.passed('}'); more; more = in.another('}')) {
            in.key();
            if (!in.is(METADATA)) {
                in.skipValue();
                continue;
            }
            in.pass('{');
            for (boolean inner = !in.passed('}'); inner; inner = in.another('}')) {
                in.key();
                if (in.is(NAME)) {
                    in.string();
                    nameFrom = in.from();
                    nameTo = in.to();
                } else {
                    in.skipValue();
                }
            }
        }
        if (nameFrom < 0) {
            throw JsonCursor.surprise();
        }
        int number = table.find(body, nameFrom, nameTo);
        for (int i = nameFrom; number < 0 && i < nameTo; i++) {
            if (body[i] < 0) {
                throw JsonCursor.surprise();
            }
        }
        nodes.item(number, nameFrom, nameTo, from, in.at());
    }
}
