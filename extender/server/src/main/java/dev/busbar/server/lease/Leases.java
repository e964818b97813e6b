package dev.busbar.server.lease;

import java.util.Optional;

/** One Lease object of the API server. Every call comes back within a bounded time. */
public interface Leases {
    /**
     * As it is now, by a consistent read; empty when there is none.
     *
     * @throws LeaseException when that can't be told
     */
    Optional<LeaseRecord> read();

    /**
     * Writes holder and duration, renewed now, if the object's version is still the record's; a record without a
     * version creates the object. False when another was quicker.
     *
     * @throws LeaseException when it is not known whether it was written
     */
    boolean write(LeaseRecord record);

    /** The API server did not answer, or does not let us. */
    final class LeaseException extends RuntimeException {
        public LeaseException(String why, Throwable cause) {
            super(why, cause);
        }
    }
}
