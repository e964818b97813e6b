package dev.busbar.server.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.ClusterEvent.NodeGone;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopologiesTest {
    private final ClusterState state = new ClusterState();
    private final Map<String, String> uids = new HashMap<>();
    private final Topologies topologies = new Topologies(
            state, ResourceNames.DEFAULT, (namespace, name) -> Optional.ofNullable(uids.get(namespace + "/" + name)));
    private final NodeObjects reader = new NodeObjects(ResourceNames.DEFAULT);

    private void seen(Node node) {
        state.apply(new NodeSeen(reader.read(node)));
        topologies.nodeSeen(NodeObjects.words(node), reader.allocator(node));
    }

    private void gone(String node) {
        topologies.nodeGone(node);
        state.apply(new NodeGone(node));
    }

    private void described() {
        var object = GpuTopologyCodec.fromApi("""
            {"apiVersion":"busbar.dev/v1alpha1","kind":"GpuTopology","metadata":{"name":"n"},
             "spec":{"gpus":[{"index":0,"uuid":"GPU-0"},{"index":1,"uuid":"GPU-1"}],"links":["X NV4","NV4 X"]}}\
            """);
        topologies.published("n", before -> before.withOwn(List.of(object)));
    }

    private static Node node(String capacity, String allocatable) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName("n")
                .addToLabels("nvidia.com/gpu.product", "NVIDIA-L40S")
                .addToLabels("nvidia.com/gpu.count", "4")
                .endMetadata()
                .withNewStatus()
                .addToCapacity("nvidia.com/gpu", new Quantity(capacity))
                .addToAllocatable("nvidia.com/gpu", new Quantity(allocatable))
                .endStatus()
                .build();
    }

    private NodeTopology known() {
        return state.snapshot().node("n").orElseThrow().topology();
    }

    @Test
    void a_node_stays_the_device_plugins_while_the_plugin_restarts() {
        seen(node("2", "2"));
        described();
        var before = known().allocator();

        seen(node("2", "0"));
        var restarting = known().allocator();

        assertThat(List.of(before, restarting)).containsOnly(Allocator.DEVICE_PLUGIN);
    }

    @Test
    void a_node_that_was_deleted_and_made_again_is_what_its_object_still_says() {
        seen(node("2", "2"));
        described();

        gone("n");
        seen(node("2", "2"));

        assertThat(known().source()).isEqualTo(TopologySource.GPU_TOPOLOGY);
        assertThat(known().gpus()).hasSize(2);
    }

    @Test
    void nothing_stays_of_a_node_that_is_gone_with_its_object() {
        seen(node("2", "2"));
        described();

        gone("n");
        topologies.published("n", before -> before.withOwn(List.of()));

        assertThat(topologies.size()).isZero();
    }

    @Test
    void a_pod_that_is_heard_of_after_the_agent_named_it_holds_what_the_agent_saw() {
        seen(node("2", "2"));
        var object = GpuTopologyCodec.fromApi("""
            {"apiVersion":"busbar.dev/v1alpha1","kind":"GpuTopology","metadata":{"name":"n"},
             "spec":{"gpus":[{"index":0,"uuid":"GPU-0"},{"index":1,"uuid":"GPU-1"}],"links":["X NV4","NV4 X"]},
             "status":{"observedAt":"2026-01-01T00:00:00Z",
                       "pods":[{"namespace":"team","name":"p","gpus":["GPU-1"],"seenBy":"kubelet"}]}}\
            """);
        topologies.published("n", before -> before.withOwn(List.of(object)));
        assertThat(devices()).isEmpty();

        uids.put("team/p", "uid-p");
        topologies.podSeen("n", new PodKey("team", "p", "uid-p"));

        assertThat(devices()).containsExactly(Map.entry("uid-p", GpuSet.of(1)));
    }

    private Map<String, GpuSet> devices() {
        return state.snapshot().node("n").orElseThrow().use().devices();
    }
}
