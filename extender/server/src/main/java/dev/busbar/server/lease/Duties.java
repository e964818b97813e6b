package dev.busbar.server.lease;

/** What changes with the one who decides. */
public interface Duties {
    /** Takes in all that the one before us has done; false when that could not be learnt, and is to be tried again. */
    boolean takeOver();

    /** Drops what was promised: another decides now. */
    void handOver();
}
