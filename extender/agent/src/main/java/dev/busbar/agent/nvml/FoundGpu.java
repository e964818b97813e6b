package dev.busbar.agent.nvml;

import java.util.List;

/** One GPU that NVML answers for; {@code totalBytes} includes what the driver keeps for itself. */
public record FoundGpu(
        int index,
        String uuid,
        String product,
        String pciBusId,
        long totalBytes,
        List<FoundLink> links,
        List<FoundMig> mig,
        FoundFabric fabric) {

    public FoundGpu {
        links = List.copyOf(links);
        mig = List.copyOf(mig);
    }
}
