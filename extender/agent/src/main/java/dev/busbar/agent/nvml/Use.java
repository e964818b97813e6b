package dev.busbar.agent.nvml;

import java.util.List;

/** The memory of one GPU in use at one moment, and by which processes if the driver says so. */
public record Use(String uuid, long usedBytes, ProcessList processes) {

    /** Either the processes that use the GPU, or that we can't know them. */
    public sealed interface ProcessList {
        record Known(List<GpuProcess> processes) implements ProcessList {
            public Known {
                processes = List.copyOf(processes);
            }
        }

        record Unknown() implements ProcessList {}
    }

    /** A process by its id and the memory it uses. */
    public record GpuProcess(int pid, long usedBytes) {}
}
