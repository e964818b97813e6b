package dev.busbar.agent.nvml;

import java.util.List;

/** All that NVML tells about the machine at one moment; {@code problems} holds what it could not tell. */
public record Inventory(List<FoundGpu> gpus, List<String> problems) {

    public Inventory {
        gpus = List.copyOf(gpus);
        problems = List.copyOf(problems);
    }

    public static Inventory none(String problem) {
        return new Inventory(List.of(), List.of(problem));
    }
}
