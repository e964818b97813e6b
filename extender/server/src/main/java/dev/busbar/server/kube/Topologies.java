package dev.busbar.server.kube;

import dev.busbar.core.cluster.ClusterEvent.TopologyGone;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterEvent.UseSeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.TopologyReader;
import dev.busbar.files.UseReader;
import dev.busbar.files.gputopology.Status;
import dev.busbar.files.sources.NodeWords;
import dev.busbar.files.sources.Published;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what is published about each node into the state: of all sources the best that speaks of it. */
final class Topologies {
    private static final Logger LOG = LoggerFactory.getLogger(Topologies.class);

    private final ClusterState state;
    private final ResourceNames names;
    private final UseReader.PodNames pods;
    private final Map<String, Known> nodes = new HashMap<>();

    Topologies(ClusterState state, ResourceNames names, UseReader.PodNames pods) {
        this.state = state;
        this.names = names;
        this.pods = pods;
    }

    /**
     * What is published of a node, who gives out its GPUs where nobody says, what we complained of, and the pods of which
     * the agent speaks and we have not heard.
     */
    private record Known(Published published, Allocator otherwise, List<String> complaints, List<String> strangers) {
        static Known of(String node) {
            return new Known(
                    Published.of(new NodeWords(node, Map.of(), Map.of())), Allocator.BUSBAR, List.of(), List.of());
        }

        Known with(Published other) {
            return new Known(other, otherwise, complaints, strangers);
        }

        Known with(Published other, Allocator another) {
            return new Known(other, another, complaints, strangers);
        }
    }

    /** A pod is on a node; where the agent has spoken of it before, we know now whom it meant. */
    synchronized void podSeen(String node, PodKey pod) {
        var known = nodes.get(node);
        if (known != null && known.strangers().contains(pod.display())) {
            take(node, known);
        }
    }

    /** Something was published about a node, or is no longer; what has not changed is not read again. */
    synchronized void published(String node, UnaryOperator<Published> change) {
        change(node, known -> known.with(change.apply(known.published())));
    }

    /** The node's own words, and who gives out its GPUs where nobody else says so. */
    synchronized void nodeSeen(NodeWords words, Allocator otherwise) {
        change(words.node(), known -> known.with(known.published().withWords(words), otherwise));
    }

    /** The node is gone; what others publish about it stays, and counts again when it comes back. */
    synchronized void nodeGone(String node) {
        var silent = Known.of(node);
        change(
                node,
                known -> known.with(
                        known.published().withWords(silent.published().words()), silent.otherwise()));
    }

    private void change(String node, UnaryOperator<Known> change) {
        var before = nodes.getOrDefault(node, Known.of(node));
        var now = change.apply(before);
        if (now.equals(before)) {
            return;
        }
        take(node, now);
    }

    private void take(String node, Known now) {
        var complaints = apply(node, now);
        if (now.published().equals(Known.of(node).published()) && now.otherwise() == Allocator.BUSBAR) {
            nodes.remove(node);
        } else {
            nodes.put(node, new Known(now.published(), now.otherwise(), complaints, strangers(now.published())));
        }
    }

    /** How many nodes something is known of. */
    synchronized int size() {
        return nodes.size();
    }

    private List<String> apply(String node, Known known) {
        var choice = known.published().choice(names.devicePlugin());
        if (choice.isEmpty()) {
            state.apply(new TopologyGone(node));
            return List.of();
        }
        var object = choice.get().topology();
        var read = TopologyReader.read(choice.get(), known.otherwise());
        var complaints = new ArrayList<>(read.complaints());
        complaints.addAll(choice.get().origin().conflicts());
        complain(node, known.complaints(), complaints);
        state.apply(new TopologySeen(node, read.topology()));
        if (!object.status().equals(Status.EMPTY)) {
            state.apply(new UseSeen(node, UseReader.read(object, read.topology(), pods)));
        }
        return complaints;
    }

    private List<String> strangers(Published published) {
        return published.own().stream()
                .flatMap(object -> object.status().pods().stream())
                .filter(pod -> pod.uid().isEmpty()
                        && pods.uid(pod.namespace(), pod.name()).isEmpty())
                .map(pod -> pod.namespace() + "/" + pod.name())
                .toList();
    }

    private static void complain(String node, List<String> before, List<String> found) {
        if (!found.equals(before)) {
            found.forEach(complaint -> LOG.atWarn()
                    .addKeyValue("node", node)
                    .addKeyValue("reason", complaint)
                    .log("What is published about a node is not as it should be"));
        }
    }
}
