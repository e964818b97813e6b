package dev.busbar.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.NodeNames;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.ResourceNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The decoder against Jackson's tree, on sound requests and on every kind of damage. */
class ArgsDecoderFuzzTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> KNOWN =
            IntStream.range(0, 40).mapToObj("node-%02d"::formatted).toList();
    private static final NodeNames NAMES = NodeNames.of(KNOWN);
    private static final int DEPTH = 64;
    private static final DemandReader DEMANDS = new DemandReader(ResourceNames.DEFAULT);

    private final ArgsDecoder decoder = new ArgsDecoder(DEMANDS, DEPTH);

    private static final int RUN = 5;

    /** What a decoder made of a body: the pod, the numbers, and the names and runs of nodes it would repeat. */
    private record Read(Pod pod, List<Integer> numbers, List<String> names, List<byte[]> objects, List<byte[]> runs) {}

    private static Read read(Args args) {
        var names = new ArrayList<String>();
        var objects = new ArrayList<byte[]>();
        var asked = args.asked();
        for (int i = 0; i < asked.count(); i++) {
            var name = new JsonBytes(16);
            asked.putName(i, name);
            names.add(MAPPER.readTree(name.toArray()).asString());
            if (asked.form() == AskedNodes.Form.OBJECTS) {
                objects.add(repeated(asked, i, i + 1));
            }
        }
        var runs = IntStream.rangeClosed(0, names.size() - RUN)
                .mapToObj(from -> repeated(asked, from, from + RUN))
                .toList();
        return new Read(args.pod(), Arrays.stream(args.nodes()).boxed().toList(), names, objects, runs);
    }

    private static byte[] repeated(AskedNodes asked, int from, int to) {
        var text = new JsonBytes(16);
        asked.put(from, to, text);
        return text.toArray();
    }

    private Optional<Read> ours(byte[] body, int length) {
        try {
            return Optional.of(read(decoder.decode(body, length, NAMES)));
        } catch (WireException e) {
            return Optional.empty();
        }
    }

    /** What Jackson's tree makes of it; empty where Jackson finds it broken. */
    private static Optional<JsonNode> tree(byte[] body) {
        try {
            return Optional.of(MAPPER.readTree(body));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static List<String> names(JsonNode request) {
        var names = new ArrayList<String>();
        var list = request.path("NodeNames").isArray() ? request.path("NodeNames") : request.path("nodeNames");
        if (list.isArray()) {
            list.forEach(name -> names.add(name.asString()));
            return names;
        }
        request.path("Nodes")
                .path("items")
                .forEach(item -> names.add(item.path("metadata").path("name").asString()));
        return names;
    }

    /** Of a node that is named, or sent as an object. */
    private static String name(JsonNode node) {
        return node.isString()
                ? node.asString()
                : node.path("metadata").path("name").asString();
    }

    private static ObjectNode request(Random random) {
        var request = MAPPER.createObjectNode();
        if (random.nextBoolean()) {
            request.put("Later", "}{\"" + random.nextInt());
        }
        var pod = MAPPER.createObjectNode();
        pod.putObject("metadata")
                .put("name", "p-" + random.nextInt(1000))
                .put("namespace", "default")
                .put("uid", "u-" + random.nextInt(1000));
        pod.putObject("spec")
                .putArray("containers")
                .addObject()
                .putObject("resources")
                .putObject("requests")
                .put("busbar.dev/gpu", Integer.toString(random.nextInt(9)))
                .put("cpu", random.nextInt(4000) + "m");
        boolean podFirst = random.nextBoolean();
        if (podFirst) {
            request.set("Pod", pod);
        }
        var asked = new ArrayList<>(KNOWN.subList(0, random.nextInt(KNOWN.size() + 1)));
        if (random.nextInt(3) == 0) {
            Collections.shuffle(asked, random);
        }
        if (random.nextInt(3) == 0) {
            asked.add(random.nextInt(asked.size() + 1), random.nextBoolean() ? "stranger" : "na\u00efve \"one\"");
        }
        if (random.nextBoolean()) {
            request.putNull("Nodes");
            var list = request.putArray("NodeNames");
            asked.forEach(list::add);
        } else {
            var items = request.putObject("Nodes").putArray("items");
            for (var name : asked) {
                var item = items.addObject();
                if (random.nextBoolean()) {
                    item.putObject("status").put("text", "a]\\\"}" + random.nextInt());
                }
                item.putObject("metadata")
                        .put("x", 1.5)
                        .put("name", name)
                        .putArray("y")
                        .add(true)
                        .addNull();
            }
            request.putNull("NodeNames");
        }
        if (!podFirst) {
            request.set("Pod", pod);
        }
        return request;
    }

    private static byte[] text(Random random, JsonNode request) {
        var text = random.nextBoolean() ? request.toString() : request.toPrettyString();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void same(Read read, JsonNode tree, String what) {
        var expected = names(tree);
        assertThat(read.names()).as(what).isEqualTo(expected);
        assertThat(read.numbers())
                .as(what)
                .isEqualTo(expected.stream()
                        .map(name -> NAMES.number(name).orElse(-1))
                        .toList());
        for (int from = 0; from < read.runs().size(); from++) {
            var run = "[" + new String(read.runs().get(from), StandardCharsets.UTF_8) + "]";
            assertThat(MAPPER.readTree(run)
                            .valueStream()
                            .map(ArgsDecoderFuzzTest::name)
                            .toList())
                    .as("%s: %s", what, run)
                    .isEqualTo(expected.subList(from, from + RUN));
        }
        if (!read.objects().isEmpty()) {
            var items = new ArrayList<JsonNode>();
            tree.path("Nodes").path("items").forEach(items::add);
            assertThat(read.objects().stream().map(MAPPER::readTree).toList())
                    .as(what)
                    .isEqualTo(items);
        }
        var pod = tree.path(tree.has("Pod") ? "Pod" : "pod").toString().getBytes(StandardCharsets.UTF_8);
        assertThat(read.pod()).as(what).isEqualTo(new JacksonArgs(DEMANDS, DEPTH).pod(pod, 0, pod.length));
    }

    @Test
    void sound_requests_are_read_as_jackson_reads_them() {
        for (int seed = 0; seed < 2000; seed++) {
            var random = new Random(seed);
            var request = request(random);
            var body = text(random, request);

            var read = ours(body, body.length);

            assertThat(read).as("seed %d: %s", seed, request).isPresent();
            same(read.get(), request, "seed " + seed);
        }
    }

    @Test
    void a_request_cut_short_anywhere_is_refused_whatever_lies_behind_its_end() {
        for (int seed = 0; seed < 8; seed++) {
            var random = new Random(seed);
            var body = text(random, request(random));
            for (int length = 0; length < body.length; length++) {
                var exact = Arrays.copyOf(body, length);

                assertThat(ours(exact, length))
                        .as("seed %d, %d bytes", seed, length)
                        .isEmpty();
                // The array goes on with the rest of the request: reading on would find it sound.
                assertThat(ours(body, length))
                        .as("seed %d, %d bytes of more", seed, length)
                        .isEmpty();
            }
        }
    }

    @Test
    void a_damaged_request_is_refused_or_read_as_jackson_reads_it() {
        int understood = 0;
        for (int seed = 0; seed < 10_000; seed++) {
            var random = new Random(seed);
            var body = text(random, request(random));
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }

            var read = ours(body, body.length);

            var tree = tree(body);
            if (read.isPresent() && tree.isPresent() && isPlain(tree.get())) {
                understood++;
                same(read.get(), tree.get(), "seed " + seed);
            }
        }
        assertThat(understood).as("damaged requests that are still sound").isGreaterThan(500);
    }

    /** Whether damage has left the members' names whole: with a name twice, or none, the tree says another thing. */
    private static boolean isPlain(JsonNode tree) {
        return tree.has("Pod")
                && tree.has("NodeNames")
                && tree.has("Nodes")
                && tree.path("Pod").path("metadata").isObject()
                && tree.path("Nodes").path("items").isArray()
                        != tree.path("NodeNames").isArray();
    }

    @Test
    void noise_is_refused() {
        for (int seed = 0; seed < 5_000; seed++) {
            var random = new Random(seed);
            var body = new byte[random.nextInt(200)];
            random.nextBytes(body);

            assertThat(ours(body, body.length)).as("seed %d", seed).isEmpty();
        }
    }
}
