package dev.busbar.translator.model;

/**
 * Threads that may run a model. The runtime's int8 products for AMX keep their panels on the stack, which a Java thread's
 * usual megabyte does not hold: the process would end without a word.
 */
public final class ModelThread {
    private static final long STACK_BYTES = 16L << 20;

    private ModelThread() {}

    public static Thread.Builder.OfPlatform builder() {
        return Thread.ofPlatform().stackSize(STACK_BYTES);
    }
}
