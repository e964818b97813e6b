package dev.busbar.translator.decode;

/** Asked between steps whether anyone still waits for a sentence; nobody does, and its rows leave the batch. */
@FunctionalInterface
public interface Interest {
    Interest ALWAYS = sentence -> true;

    boolean in(int sentence);
}
