package dev.busbar.core.topology;

/** Who told us what a node is made of, most trusted first. */
public enum TopologySource {
    GPU_TOPOLOGY("GpuTopology"),
    HAMI("HAMi annotations"),
    NODE_RESOURCE_TOPOLOGY("NodeResourceTopology"),
    RESOURCE_SLICE("ResourceSlice"),
    LABELS("GPU feature discovery labels (inferred)"),
    COUNT("device count alone (links unknown)"),
    NONE("nothing");

    private final String words;

    TopologySource(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
