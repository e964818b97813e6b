package dev.busbar.simulator;

/** A simulation cannot be run as asked; the message says why in words for whoever asked. */
public final class SimulationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SimulationException(String message) {
        super(message);
    }
}
