package dev.busbar.simulator;

import dev.busbar.core.score.Room;
import dev.busbar.core.score.Shape;
import dev.busbar.simulator.Cluster.Placement;

/** Decides where pods go. It is told of every arrival and every change, and asked once per pod and try. */
interface Policy {
    int NONE = -1;

    /** A pod has arrived for the first time; where it goes is asked next. */
    default void arrived(Shape shape) {}

    /** The node's room has changed because a pod was placed. */
    default void placed(int node) {}

    /** The node's room has changed because a pod has left. */
    default void departed(int node) {}

    /** The node for the pod among those it fits, or {@link #NONE}. */
    int choose(Shape shape);

    /** The GPUs the pod gets on that node. */
    long gpus(Room room, Shape shape);

    /** Chooses and asks for the set; null-free: a node of {@link #NONE} when it fits nowhere. */
    default Placement place(Cluster cluster, Shape shape) {
        int node = choose(shape);
        return node == NONE ? new Placement(NONE, 0) : new Placement(node, gpus(cluster.room(node), shape));
    }
}
