package dev.busbar.core.topology;

/** Where a node sits among the others: NVLink domain and clique, rack, zone. Empty text means: not known. */
public record Fabric(String domain, String clique, String rack, String zone) {
    public static final Fabric UNKNOWN = new Fabric("", "", "", "");
}
