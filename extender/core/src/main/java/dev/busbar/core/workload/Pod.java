package dev.busbar.core.workload;

/** A pod as a decision sees it: who it is, what it wants, whom it belongs with and how important it is. */
public record Pod(PodKey key, Demand demand, GangKey gang, int priority) {
    public static Pod of(PodKey key, GpuAsk ask) {
        return new Pod(key, new Demand.Asks(ask), GangKey.NONE, 0);
    }
}
