package dev.busbar.server.kube;

import dev.busbar.core.cluster.ClusterEvent.TopologyGone;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterEvent.UseSeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.topology.Allocator;
import dev.busbar.files.TopologyReader;
import dev.busbar.files.UseReader;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import dev.busbar.files.gputopology.Status;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes GpuTopology objects into the state. */
final class Topologies implements Watched.Sink<GenericKubernetesResource> {
    private static final Logger LOG = LoggerFactory.getLogger(Topologies.class);

    private final ClusterState state;
    private final KubernetesSerialization json;
    private final UseReader.PodNames pods;
    /** Objects that leave open who gives out the GPUs: that depends on what their node advertises. */
    private final Map<String, GpuTopology> open = new ConcurrentHashMap<>();

    private final Map<String, List<String>> complaints = new ConcurrentHashMap<>();

    Topologies(ClusterState state, KubernetesSerialization json, UseReader.PodNames pods) {
        this.state = state;
        this.json = json;
        this.pods = pods;
    }

    @Override
    public void seen(GenericKubernetesResource object) {
        var topology = GpuTopologyCodec.fromApi(json.asJson(object));
        if (topology.spec().allocator().isEmpty()) {
            open.put(topology.node(), topology);
        } else {
            open.remove(topology.node());
        }
        apply(topology);
    }

    private void apply(GpuTopology object) {
        var node = object.node();
        var read = TopologyReader.read(object, allocatorOf(node));
        complain(node, read.complaints());
        state.apply(new TopologySeen(node, read.topology()));
        if (!object.status().equals(Status.EMPTY)) {
            state.apply(new UseSeen(node, UseReader.read(object, read.topology(), pods)));
        }
    }

    private Allocator allocatorOf(String node) {
        boolean advertises = state.snapshot()
                .node(node)
                .filter(known -> known.facts().devicePluginGpus() > 0)
                .isPresent();
        return advertises ? Allocator.DEVICE_PLUGIN : Allocator.BUSBAR;
    }

    private void complain(String node, List<String> found) {
        if (!found.equals(complaints.put(node, found))) {
            found.forEach(complaint -> LOG.atWarn()
                    .addKeyValue("node", node)
                    .addKeyValue("reason", complaint)
                    .log("A GpuTopology object is not as it should be"));
        }
    }

    /** The node is other than it was: what its object left open may have changed. */
    void nodeChanged(String node) {
        var object = open.get(node);
        if (object != null) {
            apply(object);
        }
    }

    @Override
    public void gone(GenericKubernetesResource object) {
        var node = object.getMetadata().getName();
        open.remove(node);
        complaints.remove(node);
        state.apply(new TopologyGone(node));
    }
}
