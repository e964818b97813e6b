package dev.busbar.translator.decode;

/** The model ran out of memory for this batch; a smaller one may do. */
public final class MemoryExhausted extends RuntimeException {
    public MemoryExhausted(String message) {
        super(message);
    }
}
