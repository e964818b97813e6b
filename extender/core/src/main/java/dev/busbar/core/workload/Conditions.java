package dev.busbar.core.workload;

import dev.busbar.core.topology.HardwareCatalog;
import java.util.Set;
import java.util.TreeSet;

/**
 * What must or should hold of the GPUs a pod gets.
 *
 * @param minGigabytesPerSecond effective GB/s that the set must reach, 0 for any
 * @param products words of which one must stand in the GPU's product name, none for any
 */
public record Conditions(
        double minGigabytesPerSecond, LinkNeed link, NumaNeed numa, RdmaNeed rdma, Set<String> products) {
    public static final Conditions NONE = new Conditions(0, LinkNeed.ANY, NumaNeed.ANY, RdmaNeed.NONE, Set.of());

    /** Which links will do. */
    public enum LinkNeed {
        ANY,
        /** Each GPU of the set must be joined to the others by NVLink. */
        NVLINK,
        /** The GPUs don't talk with each other, so any set is as good as the best. */
        NONE
    }

    /** Whether all of the set must sit on one NUMA node. */
    public enum NumaNeed {
        ANY,
        PREFER,
        SINGLE
    }

    /** Whether the pod talks over RDMA. */
    public enum RdmaNeed {
        NONE,
        PREFER,
        REQUIRE
    }

    public Conditions {
        if (!(minGigabytesPerSecond >= 0) || Double.isInfinite(minGigabytesPerSecond)) {
            throw new IllegalArgumentException(
                    "minimum bandwidth (%s GB/s) must be 0 or more".formatted(minGigabytesPerSecond));
        }
        products = Set.copyOf(new TreeSet<>(products));
    }

    /** Whether the GPUs talk with each other. */
    public boolean useLinks() {
        return link != LinkNeed.NONE;
    }

    public boolean accepts(String product) {
        return products.isEmpty() || products.stream().anyMatch(word -> HardwareCatalog.hasWord(product, word));
    }
}
