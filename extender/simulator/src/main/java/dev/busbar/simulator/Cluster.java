package dev.busbar.simulator;

import dev.busbar.core.score.Room;
import dev.busbar.core.score.Shape;
import java.util.Arrays;
import java.util.List;

/** The nodes of a running simulation and what is free on them. */
final class Cluster {
    /** The kubelet's limit in the published runs. */
    private static final int MAX_PODS = 1001;

    private final List<Trace.Node> nodes;
    private final Room[] rooms;
    private final int[] pods;
    private final int[] changes;
    private final int capacityMilli;
    private int freeMilli;

    Cluster(List<Trace.Node> nodes) {
        this.nodes = nodes;
        this.rooms = nodes.stream().map(Trace.Node::empty).toArray(Room[]::new);
        this.pods = new int[rooms.length];
        this.changes = new int[rooms.length];
        this.capacityMilli = Arrays.stream(rooms).mapToInt(Room::freeMilli).sum();
        this.freeMilli = capacityMilli;
    }

    int size() {
        return rooms.length;
    }

    Trace.Node node(int node) {
        return nodes.get(node);
    }

    Room room(int node) {
        return rooms[node];
    }

    /** Grows when the node's room changes. */
    int changes(int node) {
        return changes[node];
    }

    boolean fits(int node, Shape shape) {
        return pods[node] < MAX_PODS && rooms[node].fits(shape);
    }

    /** Whether what kube-scheduler sees by itself suffices. */
    boolean fitsBesideGpus(int node, Shape shape) {
        return pods[node] < MAX_PODS
                && rooms[node].cpuMilli() >= shape.cpuMilli()
                && rooms[node].memoryMib() >= shape.memoryMib();
    }

    void place(Placement placement, Shape shape) {
        pods[placement.node()]++;
        move(placement.node(), rooms[placement.node()].without(shape, placement.gpus()));
    }

    void remove(Placement placement, Shape shape) {
        pods[placement.node()]--;
        move(placement.node(), rooms[placement.node()].with(shape, placement.gpus()));
    }

    private void move(int node, Room room) {
        freeMilli += room.freeMilli() - rooms[node].freeMilli();
        rooms[node] = room;
        changes[node]++;
    }

    int allocatedMilli() {
        return capacityMilli - freeMilli;
    }

    int capacityMilli() {
        return capacityMilli;
    }

    /** Where a pod was put: the node's index, and the set of its GPUs as a bit mask. */
    record Placement(int node, long gpus) {}
}
