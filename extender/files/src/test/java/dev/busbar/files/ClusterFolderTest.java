package dev.busbar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.ClusterEvent.UseSeen;
import dev.busbar.core.cluster.NodeUse.Attribution;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.ResourceNames;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterFolderTest {

    private static final String GOOD = """
        # a comment, then nothing
        ---
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: Node
          metadata: {name: n1, labels: {zone: a}}
          status: {capacity: {cpu: 8, memory: 32Gi, busbar.dev/gpu: "2"}}
        - apiVersion: busbar.dev/v1alpha1
          kind: GpuTopology
          metadata: {name: n1}
          spec:
            gpus:
            - {index: 0, uuid: GPU-a, product: NVIDIA A100-SXM4-80GB, memory: 80Gi}
            - {index: 1, uuid: GPU-b, product: NVIDIA A100-SXM4-80GB, memory: 80Gi}
            links: [X NV12, NV12 X]
          status:
            observedAt: "2026-11-25T01:00:00Z"
            gpus:
            - {uuid: GPU-b, usedMemory: 3Gi, measured: per-pod, pods: [{uid: u7, usedMemory: 2Gi}]}
            pods:
            - {namespace: team, name: train, gpus: [GPU-a], seenBy: process}
            - {namespace: team, name: train, gpus: [GPU-b], seenBy: kubelet}
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          {namespace: team, name: train, uid: u7, annotations: {busbar.dev/gpus: GPU-b}}
        spec:
          nodeName: n1
          containers:
          - name: main
            resources: {limits: {busbar.dev/gpu: 1, cpu: 2}}
        status: {phase: Running, startTime: "2026-11-25T00:00:00Z"}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: next, annotations: {busbar.dev/min-bandwidth: "100"}}
        spec:
          containers:
          - name: main
            resources: {limits: {busbar.dev/gpu: "2"}}
        """;

    @Test
    void nodes_topologies_use_and_pods_are_read_in_an_order_that_fits() {
        var cluster = read(GOOD);

        assertThat(cluster.warnings()).isEmpty();
        assertThat(cluster.events()).hasSize(5);
        assertThat(cluster.events().getFirst()).isInstanceOfSatisfying(NodeSeen.class, node -> {
            assertThat(node.facts().cpuMilli()).isEqualTo(8000);
            assertThat(node.facts().memoryBytes()).isEqualTo(32L << 30);
            assertThat(node.facts().busbarGpus()).isEqualTo(2);
            assertThat(node.facts().labels()).isEqualTo(Map.of("zone", "a"));
        });
        assertThat(cluster.events().get(3)).isInstanceOfSatisfying(PodBound.class, pod -> {
            assertThat(pod.gpus()).containsExactly("GPU-b");
            assertThat(pod.since()).isEqualTo(Instant.parse("2026-11-25T00:00:00Z"));
            assertThat(pod.pod().demand())
                    .isEqualTo(new Demand.Asks(GpuAsk.whole(1).beside(2000, 0)));
        });
        assertThat(cluster.events().get(4)).isInstanceOf(PodWaiting.class);
    }

    @Test
    void the_most_trusted_witness_of_a_pods_devices_counts_and_a_name_leads_to_its_uid() {
        var cluster = read(GOOD);

        assertThat(cluster.events().get(2)).isInstanceOfSatisfying(UseSeen.class, seen -> {
            assertThat(seen.use().devices()).isEqualTo(Map.of("u7", GpuSet.of(1)));
            assertThat(seen.use().observedAt()).isEqualTo(Instant.parse("2026-11-25T01:00:00Z"));
            var gpu = seen.use().gpus().getFirst();
            assertThat(gpu.index()).isEqualTo(1);
            assertThat(gpu.byPod()).isEqualTo(Map.of("u7", 2L << 30));
            assertThat(gpu.attribution()).isEqualTo(Attribution.BY_PROCESS);
        });
    }

    record Slip(String name, String right, String wrong, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Slip> slips() {
        return Stream.of(
                new Slip(
                        "a kind misspelt",
                        "kind: GpuTopology",
                        "kind: GpuTopolgy",
                        "a.yaml: document 1, item 2 (GpuTopolgy n1): kind (GpuTopolgy) is none that a cluster folder"
                                + " may hold: Node, GpuTopology, Pod, NodeResourceTopology, ResourceSlice\n"
                                + "Maybe GpuTopology is meant."),
                new Slip(
                        "no kind",
                        "kind: Pod\nmetadata: {name: next",
                        "metadata: {name: next",
                        "a.yaml: document 3 (no kind, next): kind () is none that a cluster folder may hold: Node,"
                                + " GpuTopology, Pod, NodeResourceTopology, ResourceSlice"),
                new Slip(
                        "a field misspelt",
                        "product: NVIDIA A100-SXM4-80GB, memory: 80Gi}\n    links",
                        "product: NVIDIA A100-SXM4-80GB, memory: 80Gi, numa: 1}\n    links",
                        "spec.gpus[1].numa is no field of a GpuTopology; there are index, memory, mig, numaNode,"
                                + " pciBusId, pcieSwitch, product, uuid"),
                new Slip(
                        "a list misspelt",
                        "links: [",
                        "link: [",
                        "spec.link is no field of a GpuTopology; there are allocator, fabric, gpus, kubelet, links,"
                                + " nics, numa, pcie\n"
                                + "Maybe links is meant."),
                new Slip(
                        "memory without unit",
                        "GPU-a, product: NVIDIA A100-SXM4-80GB, memory: 80Gi",
                        "GPU-a, product: x, memory: 80 GB",
                        "(80 GB) must be a number with Ki, Mi, Gi, Ti or nothing behind it"),
                new Slip(
                        "an index that is none",
                        "index: 1",
                        "index: one",
                        "spec.gpus[1].index (one) must be a whole number"),
                new Slip(
                        "a row too short",
                        "[X NV12, NV12 X]",
                        "[X NV12, NV12]",
                        "a.yaml: document 1, item 2 (GpuTopology n1): spec.links[1] has 1 words for 2 GPUs (NV12)"),
                new Slip("a row too few", "[X NV12, NV12 X]", "[X NV12]", "spec.links has 1 rows for 2 GPUs"),
                new Slip(
                        "a word of no link",
                        "[X NV12, NV12 X]",
                        "[X NV12, SOC X]",
                        "spec.links[1] has SOC for GPU 0; it must be NV and a number, PIX, PXB, PHB, NODE or SYS"),
                new Slip(
                        "no diagonal",
                        "[X NV12, NV12 X]",
                        "[NV12 X, X NV12]",
                        "spec.links[0] has NV12 for GPU 0 itself, where X belongs"),
                new Slip("a GPU twice", "uuid: GPU-b, p", "uuid: GPU-a, p", "spec.gpus has two GPUs with uuid GPU-a"),
                new Slip(
                        "a topology of no node",
                        "metadata: {name: n1}\n",
                        "metadata: {name: n2}\n",
                        "a.yaml: document 1, item 2 (GpuTopology n2): there is no Node n2 (there is n1)\n"
                                + "Maybe add the Node object of that name."),
                new Slip(
                        "a pod on no node",
                        "nodeName: n1",
                        "nodeName: n3",
                        "spec.nodeName (n3) is no Node of this cluster\nMaybe n1 is meant."),
                new Slip(
                        "a pod with a foreign GPU",
                        "gpus: GPU-b",
                        "gpus: GPU-c",
                        "a.yaml: document 2 (Pod train): the annotations name GPU-c, which is no GPU of node n1"),
                new Slip(
                        "an annotation misspelt",
                        "busbar.dev/min-bandwidth",
                        "busbar.dev/min-bandwith",
                        "metadata.annotations[busbar.dev/min-bandwith] is no annotation of ours\n"
                                + "Maybe busbar.dev/min-bandwidth is meant."),
                new Slip(
                        "an annotation without quotes",
                        "\"100\"",
                        "100",
                        "metadata.annotations[busbar.dev/min-bandwidth] (100) must be text\nMaybe put it in quotes."),
                new Slip(
                        "an annotation with nonsense",
                        "\"100\"",
                        "fast",
                        "busbar.dev/min-bandwidth must be GB/s, such as 200 (fast)"),
                new Slip(
                        "a resource misspelt",
                        "busbar.dev/gpu: \"2\"}}",
                        "busbar.dev/gpus: \"2\"}}",
                        "spec.containers[0].resources.limits[busbar.dev/gpus] is no resource of ours\n"
                                + "Maybe busbar.dev/gpu is meant."),
                new Slip(
                        "a part of a GPU",
                        "busbar.dev/gpu: \"2\"}}",
                        "busbar.dev/gpu: 3.5}}",
                        "the pod's GPU count must be a whole number from 1 to 64 (3.5)"),
                new Slip(
                        "an amount that is none",
                        "cpu: 8,",
                        "cpu: eight,",
                        "status.capacity.cpu (eight) must be a Kubernetes quantity such as 8 or 64Gi"),
                new Slip(
                        "a node without amounts",
                        "status: {capacity",
                        "status: {capcity",
                        "status.allocatable is missing\nMaybe add it with cpu, memory and the GPU resource."),
                new Slip(
                        "another version",
                        "busbar.dev/v1alpha1",
                        "busbar.dev/v1",
                        "apiVersion (busbar.dev/v1) must be busbar.dev/v1alpha1"),
                new Slip(
                        "a name twice",
                        "metadata: {name: next",
                        "metadata: {namespace: team, name: train",
                        "the name team/train is taken by a.yaml: document 2 (Pod train)"),
                new Slip(
                        "a pod without name",
                        "metadata: {name: next",
                        "metadata: {title: next",
                        "a.yaml: document 3: metadata.name is missing"),
                new Slip(
                        "a list that is none",
                        "containers:\n  - name: main\n    resources: {limits: {busbar.dev/gpu: \"2\"}}",
                        "containers: main",
                        "spec.containers (main) must be a list"),
                new Slip("a field twice", "  nodeName: n1", "  nodeName: n1\n  nodeName: n1", "a.yaml: line"),
                new Slip("a bracket left open", "status: {phase: Running", "status: {phase: [Running", "is no YAML:"),
                new Slip(
                        "a document of text",
                        "# a comment",
                        "just words",
                        "a.yaml: document 1: the document (just words"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slips")
    void a_slip_is_named_with_its_place(Slip slip) {
        assertThat(GOOD).contains(slip.right());
        var text = GOOD.replace(slip.right(), slip.wrong());

        var error = catchThrowableOfType(BadInput.class, () -> read(text));

        assertThat(error).hasMessageStartingWith("a.yaml:").hasMessageContaining(slip.message());
        assertThat(error.getMessage().lines().count()).isLessThanOrEqualTo(2);
    }

    @Test
    void no_mutation_throws_anything_but_bad_input() {
        long seed = 8;
        var random = new Random(seed);
        var odd = "{}[]:,-\n \"'x0&*!|>%@\u0000é";
        for (int round = 0; round < 1_000; round++) {
            var text = new StringBuilder(GOOD);
            for (int times = 1 + random.nextInt(3); times > 0; times--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, odd.charAt(random.nextInt(odd.length())));
                    default -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
                }
            }
            try {
                read(text.toString());
            } catch (BadInput e) {
                assertThat(e.getMessage().lines().count())
                        .as("seed %d, round %d", seed, round)
                        .isBetween(1L, 2L);
            }
        }
    }

    @Test
    void a_folder_that_is_none_is_named() {
        assertThatThrownBy(() -> ClusterFolder.find("no-such-cluster", ResourceNames.DEFAULT))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(
                        "cluster (no-such-cluster) is neither a folder nor a bundled cluster\nMaybe one of [")
                .hasMessageContaining("demo");
        assertThatThrownBy(() -> ClusterFolder.read(Path.of("src"), ResourceNames.DEFAULT))
                .hasMessageContaining("has no file that ends in");
    }

    @Test
    void a_pod_file_holds_one_pod() {
        var reader = new PodReader(ResourceNames.DEFAULT);
        var pod = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
             "spec": {"initContainers": [{"restartPolicy": "Always", "resources": {"requests": {"cpu": "1"}}}],
                      "containers": [{"resources": {"requests": {"cpu": "2"}, "limits": {"busbar.dev/gpu": 2}}}],
                      "schedulingGroup": {"podGroupName": "ring"}, "priority": 7}}\
            """;

        var read = reader.read("pod.json", pod);

        assertThat(read.demand()).isEqualTo(new Demand.Asks(GpuAsk.whole(2).beside(3000, 0)));
        assertThat(read.gang().name()).isEqualTo("ring");
        assertThat(read.priority()).isEqualTo(7);
        assertThat(read.key().uid()).isEqualTo(reader.read("again", pod).key().uid());
        assertThatThrownBy(() -> reader.read("two.yaml", GOOD))
                .hasMessage("two.yaml must hold one Pod, found [Node, GpuTopology, Pod, Pod]");
    }

    private static ClusterFolder read(String text) {
        return ClusterFolder.of("test", List.of(new ClusterFolder.Text("a.yaml", text)), ResourceNames.DEFAULT);
    }
}
