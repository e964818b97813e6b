package dev.busbar.agent.nvml;

/** One NVLink of a GPU; {@code remoteBusId} is empty for a link that is down. */
public record FoundLink(int number, State state, Remote remote, String remoteBusId) {

    public enum State {
        UP,
        DOWN
    }

    /** What is at the other end; {@code UNKNOWN} where an old driver does not say: the PCI class then tells. */
    public enum Remote {
        GPU,
        SWITCH,
        UNKNOWN
    }
}
