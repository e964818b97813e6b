package dev.busbar.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.core.cluster.NodeNames;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.Conditions.LinkNeed;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArgsDecoderTest {
    private static final NodeNames NAMES = NodeNames.of(List.of("gpu-a", "gpu-b", "gpu-c", "caf\u00e9"));
    private static final String POD = """
        {"metadata":{"name":"job","namespace":"ml","uid":"u-1","labels":{"app":"x"},
          "annotations":{"busbar.dev/link":"nvlink","note":"a \\"quoted\\" \\u00e9"}},
         "spec":{"initContainers":[{"name":"i","restartPolicy":"Always","resources":{"requests":{"cpu":"1"}}}],
          "containers":[{"name":"m","resources":{"limits":{"busbar.dev/gpu":2},"requests":{"cpu":"500m"}}}],
          "priority":7,"schedulingGroup":{"podGroupName":"g"}},"status":{"phase":"Pending"}}\
        """;

    private final ArgsDecoder decoder = new ArgsDecoder(new DemandReader(ResourceNames.DEFAULT), 64);

    private Args decode(String text) {
        var body = text.getBytes(StandardCharsets.UTF_8);
        return decoder.decode(body, body.length, NAMES);
    }

    @Test
    void the_pod_is_read_with_all_that_decides() {
        var args = decode("{\"Pod\":" + POD + ",\"Nodes\":null,\"NodeNames\":[\"gpu-a\"]}");

        // 500m of the container + 1 CPU of the sidecar
        var ask = new GpuAsk(
                new GpuAsk.Whole(2, Allocator.BUSBAR),
                1500,
                0,
                new Conditions(0, LinkNeed.NVLINK, Conditions.NumaNeed.ANY, Conditions.RdmaNeed.NONE, Set.of()),
                Intent.PACK);
        assertThat(args.pod())
                .isEqualTo(new Pod(new PodKey("ml", "job", "u-1"), new Demand.Asks(ask), new GangKey("ml", "g"), 7));
    }

    record Case(String name, String nodes, List<Integer> numbers) {
        @Override
        public String toString() {
            return name;
        }
    }

    // numbers in ascending order of the names: café 0, gpu-a 1, gpu-b 2, gpu-c 3
    static Stream<Case> requests() {
        return Stream.of(
                new Case("names", "\"NodeNames\":[\"gpu-a\",\"gpu-b\",\"gpu-c\"]", List.of(1, 2, 3)),
                new Case("names in another order", "\"NodeNames\":[\"gpu-c\",\"gpu-a\"]", List.of(3, 1)),
                new Case("names that nobody knows", "\"NodeNames\":[\"x\",\"gpu-b\",\"\"]", List.of(-1, 2, -1)),
                new Case("a longer and a shorter name", "\"NodeNames\":[\"gpu-ab\",\"gpu-\"]", List.of(-1, -1)),
                new Case("a name with an escape", "\"NodeNames\":[\"gpu\\u002da\",\"\\\"\"]", List.of(1, -1)),
                new Case("a name beyond ASCII", "\"NodeNames\":[\"caf\u00e9\",\"\u00fc\"]", List.of(0, -1)),
                new Case("white space", " \"NodeNames\" : [ \"gpu-a\" ,\n\t\"gpu-b\" ] ", List.of(1, 2)),
                new Case("a small first letter", "\"nodeNames\":[\"gpu-a\"]", List.of(1)),
                new Case("no names", "\"NodeNames\":[]", List.of()),
                new Case("unknown members", "\"Later\":{\"a\":[1,{}]},\"NodeNames\":[\"gpu-a\"]", List.of(1)),
                new Case(
                        "node objects",
                        "\"Nodes\":{\"metadata\":{},\"items\":[{\"metadata\":{\"name\":\"gpu-b\",\"uid\":\"1\"}},"
                                + "{\"status\":{\"a\":\"}\\\"]\"},\"metadata\":{\"labels\":{\"name\":\"no\"},"
                                + "\"name\":\"gpu-a\"}}]}",
                        List.of(2, 1)),
                new Case("no node objects", "\"Nodes\":{\"metadata\":{},\"items\":[]}", List.of()),
                new Case("null for node objects", "\"Nodes\":{\"items\":null}", List.of()),
                new Case(
                        "a node object with an escape",
                        "\"Nodes\":{\"items\":[{\"metadata\":{\"name\":\"gpu\\u002db\"},\"k\\u0041\":1}]}",
                        List.of(2)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void nodes_are_numbered_in_the_order_asked(Case c) {
        var before = decode("{\"Pod\":" + POD + "," + c.nodes() + "}");
        var after = decode("{" + c.nodes() + ",\"pod\":" + POD + "}");

        assertThat(before.nodes()).containsExactly(toArray(c.numbers()));
        assertThat(after.nodes()).containsExactly(toArray(c.numbers()));
    }

    private static int[] toArray(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    static Stream<String> broken() {
        return Stream.of(
                "",
                " ",
                "null",
                "[]",
                "7",
                "{",
                "{}",
                "{\"Pod\":null,\"NodeNames\":[\"gpu-a\"]}",
                "{\"Pod\":[],\"NodeNames\":[\"gpu-a\"]}",
                "{\"Pod\":{},\"NodeNames\":[\"gpu-a\"]}",
                "{\"Pod\":{\"metadata\":{\"name\":1.5,\"uid\":{}}}}",
                "{\"Pod\":" + POD + "}",
                "{\"Pod\":" + POD + ",\"NodeNames\":null,\"Nodes\":null}",
                "{\"Pod\":" + POD + ",\"NodeNames\":[\"gpu-a\",\"gpu-a\"]}",
                "{\"Pod\":" + POD + ",\"NodeNames\":[\"gpu-a\",\"gpu\\u002da\"]}",
                "{\"Pod\":" + POD + ",\"NodeNames\":[1]}",
                "{\"Pod\":" + POD + ",\"NodeNames\":[null]}",
                "{\"Pod\":" + POD + ",\"NodeNames\":[\"gpu-a\",true]}",
                "{\"Pod\":" + POD + ",\"Nodes\":{\"items\":[{\"metadata\":{\"name\":7}}]}}",
                "{\"Pod\":" + POD + ",\"NodeNames\":{}}",
                "{\"Pod\":" + POD + ",\"NodeNames\":[\"gpu-a\" \"gpu-b\"]}",
                "{\"Pod\":" + POD + ",\"NodeNames\":[\"gpu-a\",]}",
                "{\"Pod\":" + POD + ",\"NodeNames\":[\"gpu-a\",\"gpu-b\",]}",
                "{\"Pod\":" + POD + ",\"NodeNames\":[[]]}",
                "{\"Pod\":" + POD + ",\"Nodes\":{\"items\":[{}]}}",
                "{\"Pod\":" + POD + ",\"Nodes\":{\"items\":{}}}",
                "{\"Pod\":" + POD + "} {}",
                "{\"Pod\":" + POD.replace("{\"busbar.dev/gpu\":2}", "[2]") + "}",
                "{\"Pod\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                "{\"Deep\":" + "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000) + ",\"Pod\":" + POD + "}");
    }

    @ParameterizedTest
    @MethodSource("broken")
    void what_is_no_request_is_refused_in_words(String text) {
        assertThatThrownBy(() -> decode(text))
                .isInstanceOf(WireException.class)
                .message()
                .isNotBlank()
                .doesNotContain("REDACTED")
                .hasSizeLessThan(400);
    }

    @Test
    void text_in_another_encoding_is_refused_or_understood() {
        var body = ("{\"Pod\":" + POD + ",\"NodeNames\":[\"gpu-a\"]}").getBytes(StandardCharsets.UTF_16BE);

        var args = decoder.decode(body, body.length, NAMES);

        assertThat(args.nodes()).containsExactly(1);
    }

    @Test
    void the_last_pod_is_known_again_by_its_bytes() {
        var first = decode("{\"Pod\":" + POD + ",\"NodeNames\":[\"gpu-a\"]}").pod();

        var same = decode("{\"Pod\":" + POD + ",\"NodeNames\":[\"gpu-b\"]}").pod();
        var other = decode("{\"Pod\":" + POD.replace("u-1", "u-2") + ",\"NodeNames\":[\"gpu-b\"]}")
                .pod();

        assertThat(same).isSameAs(first);
        assertThat(other.key().uid()).isEqualTo("u-2");
    }
}
