package dev.busbar.translator.batch;

/**
 * How many rows a batch may have at present: halved when memory runs out, grown back slowly.
 *
 * <p>After {@value #CALM} full batches without a refusal the limit grows by an eighth, until it is no limit of its own.
 */
final class RowLimit {
    private static final int CALM = 8;

    private int limit = Integer.MAX_VALUE;
    private int calm;

    synchronized int rows() {
        return limit;
    }

    /** A batch of this many rows was refused memory; false when there is nothing left to halve. */
    synchronized boolean halve(int rows) {
        calm = 0;
        if (rows == 1) {
            limit = 1;
            return false;
        }
        limit = Math.min(limit, Math.max(1, rows / 2));
        return true;
    }

    /** A batch of this many rows went well. */
    synchronized void succeeded(int rows, int ceiling) {
        if (limit == Integer.MAX_VALUE || rows < limit) {
            return;
        }
        if (++calm < CALM) {
            return;
        }
        calm = 0;
        limit += Math.max(1, limit / 8);
        if (limit >= ceiling) {
            limit = Integer.MAX_VALUE;
        }
    }
}
