package dev.busbar.translator.model;

/** Where a session's products are computed and its cache lives. */
public sealed interface Device {
    Device CPU = new Cpu();

    /** The processor and main memory. */
    record Cpu() implements Device {}

    /** A CUDA device by its number, with the bytes its arena may take. */
    record Cuda(int number, long memoryLimit) implements Device {}
}
