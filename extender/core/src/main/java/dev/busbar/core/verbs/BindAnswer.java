package dev.busbar.core.verbs;

/** What became of a bind. */
public sealed interface BindAnswer {
    record Bound(Promise promise) implements BindAnswer {}

    /** The pod was on that node already. */
    record AlreadyThere() implements BindAnswer {}

    /** No set is left on the node: a conflict; the scheduler tries the pod again. */
    record Conflict(String why) implements BindAnswer {}

    record Refused(String why) implements BindAnswer {}

    /** The write's outcome is not known: the GPUs stay reserved until a read tells. */
    record Unknown(Promise promise, String why) implements BindAnswer {}
}
