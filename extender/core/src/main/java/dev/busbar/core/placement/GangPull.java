package dev.busbar.core.placement;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.GangMembers;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.Fabric;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import java.util.HashMap;
import java.util.Map;

/**
 * How near a node would bring a pod to the rest of its gang, in thousandths of a GPU: the pod's GPUs x 1000 x the mean
 * nearness to the other members. One node is 1, one NVLink domain 0.9, one rack 0.5, one zone 0.25. A member without a
 * node counts as near as the room allows that is free there now, so that the first one goes where all can follow.
 */
public final class GangPull {
    private static final double NODE = 1;
    private static final double DOMAIN = 0.9;
    private static final double RACK = 0.5;
    private static final double ZONE = 0.25;

    private final ClusterSnapshot snapshot;
    private final Pod pod;
    private final GangMembers others;
    private final Map<String, Integer> freeInDomain = new HashMap<>();
    private final Map<String, Integer> freeInRack = new HashMap<>();

    public GangPull(ClusterSnapshot snapshot, Pod pod, GangMembers others) {
        this.snapshot = snapshot;
        this.pod = pod;
        this.others = others;
        if (!isNone() && !others.waiting().isEmpty()) {
            for (int i = 0; i < snapshot.size(); i++) {
                var node = snapshot.node(i);
                var fabric = node.topology().fabric();
                freeInDomain.merge(domain(fabric), node.free().count(), Integer::sum);
                freeInRack.merge(fabric.rack(), node.free().count(), Integer::sum);
            }
        }
    }

    /** Whether it pulls nowhere: the pod is alone, needs no GPU, or wants to be away from others. */
    public boolean isNone() {
        var ask = pod.demand().ask();
        return others.count() == 0 || ask.gpuCount() == 0 || ask.intent() == Intent.SPREAD;
    }

    public double to(int number) {
        var node = snapshot.node(number).without(pod.key().uid());
        double sum = 0;
        for (var name : others.nodes()) {
            sum += snapshot.node(name).map(other -> nearness(node, other)).orElse(0.0);
        }
        int count = pod.demand().ask().gpuCount();
        return count * GpuAsk.MILLI_PER_GPU * (sum + nearnessOfWaiting(node, count)) / others.count();
    }

    /**
     * How many members would lie on the node with this one among them. They pay for the slots of big asks together:
     * charged to the first of them alone, the price would scatter the gang over leftovers.
     */
    public int together(int number) {
        var node = snapshot.node(number).without(pod.key().uid());
        int members = 1;
        for (var name : others.nodes()) {
            members += name.equals(node.name()) ? 1 : 0;
        }
        int free = node.free().count() - pod.demand().ask().gpuCount();
        for (var ask : others.waiting()) {
            if (free >= ask.gpuCount()) {
                free -= ask.gpuCount();
                members++;
            }
        }
        return members;
    }

    private double nearnessOfWaiting(NodeState node, int taken) {
        var fabric = node.topology().fabric();
        int here = node.free().count() - taken;
        int inDomain = around(here, freeInDomain, domain(fabric), taken);
        int inRack = around(inDomain, freeInRack, fabric.rack(), taken);
        double sum = 0;
        for (var ask : others.waiting()) {
            int count = ask.gpuCount();
            if (here >= count) {
                here -= count;
                sum += NODE;
            } else if (inDomain >= count) {
                sum += DOMAIN;
            } else if (inRack >= count) {
                sum += RACK;
            }
            inDomain -= count;
            inRack -= count;
        }
        return sum;
    }

    /** What is free around a node, the node itself included; no less than in the part of it that we know. */
    private static int around(int within, Map<String, Integer> free, String name, int taken) {
        return name.isEmpty() ? within : Math.max(within, free.getOrDefault(name, 0) - taken);
    }

    private static double nearness(NodeState a, NodeState b) {
        if (a.name().equals(b.name())) {
            return NODE;
        }
        var one = a.topology().fabric();
        var other = b.topology().fabric();
        if (isSame(domain(one), domain(other))) {
            return DOMAIN;
        }
        if (isSame(one.rack(), other.rack())) {
            return RACK;
        }
        return isSame(one.zone(), other.zone()) ? ZONE : 0;
    }

    private static boolean isSame(String a, String b) {
        return !a.isEmpty() && a.equals(b);
    }

    /** The clique, not the rack or the domain that holds it, is what NVLink joins. */
    private static String domain(Fabric fabric) {
        return fabric.clique().isEmpty() ? fabric.domain() : fabric.clique();
    }
}
