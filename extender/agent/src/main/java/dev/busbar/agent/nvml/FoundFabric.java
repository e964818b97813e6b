package dev.busbar.agent.nvml;

/** The multi-node NVLink fabric that a GPU has joined; both are empty when there is none. */
public record FoundFabric(String clusterUuid, String clique) {

    public static final FoundFabric NONE = new FoundFabric("", "");
}
