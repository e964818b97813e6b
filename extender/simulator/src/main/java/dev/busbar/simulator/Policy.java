package dev.busbar.simulator;

import dev.busbar.core.score.Shape;
import dev.busbar.simulator.Cluster.Placement;
import java.util.Optional;

/** Decides where pods go. It is told of every arrival and every change, and asked once per pod and try. */
interface Policy {
    /** A pod that has arrived; later ones have larger numbers. */
    record Pod(int number, Shape shape) {}

    /** A pod has arrived for the first time; where it goes is asked next. */
    default void arrived(Pod pod) {}

    /** Where the pod goes, on a node that it fits; empty if it fits nowhere. */
    Optional<Placement> choose(Pod pod);

    /** The pod is where it was to go; the node's room has changed. */
    default void placed(Pod pod, Placement placement) {}

    /** The pod has left; the node's room has changed. */
    default void departed(Pod pod, Placement placement) {}
}
