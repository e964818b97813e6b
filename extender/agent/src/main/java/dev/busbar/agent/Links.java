package dev.busbar.agent;

import dev.busbar.agent.nvml.FoundGpu;
import dev.busbar.agent.nvml.FoundLink;
import dev.busbar.agent.sysfs.PciTree;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the GPUs of a node reach each other, as rows in the words of {@code nvidia-smi topo -m}. */
final class Links {

    private final List<FoundGpu> gpus;
    private final PciTree pci;
    private final List<String> rows;

    Links(List<FoundGpu> gpus, PciTree pci) {
        this.gpus = gpus;
        this.pci = pci;
        this.rows = rows(this::word);
    }

    List<String> rows() {
        return rows;
    }

    /** The PCIe paths alone; none where no NVLink hides one. */
    List<String> pcieRows() {
        return rows.stream().anyMatch(row -> row.contains("NV")) ? rows(this::path) : List.of();
    }

    private List<String> rows(BiFunction<FoundGpu, FoundGpu, String> word) {
        return gpus.stream()
                .map(from -> gpus.stream()
                        .map(to -> from.uuid().equals(to.uuid()) ? "X" : word.apply(from, to))
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    private String word(FoundGpu from, FoundGpu to) {
        long lanes = lanes(from, to);
        return lanes > 0 ? "NV" + lanes : path(from, to);
    }

    private String path(FoundGpu from, FoundGpu to) {
        return pci.between(from.pciBusId(), to.pciBusId()).name();
    }

    /** Links that lead straight to the other, and as many as both have into the switches. */
    long lanes(FoundGpu from, FoundGpu to) {
        long direct = up(from).filter(
                        link -> !toSwitch(link) && link.remoteBusId().equals(to.pciBusId()))
                .count();
        return direct + Math.min(intoSwitches(from), intoSwitches(to));
    }

    long intoSwitches(FoundGpu gpu) {
        return up(gpu).filter(this::toSwitch).count();
    }

    private boolean toSwitch(FoundLink link) {
        return switch (link.remote()) {
            case SWITCH -> true;
            case GPU -> false;
            case UNKNOWN -> !link.remoteBusId().isEmpty() && pci.isNvSwitch(link.remoteBusId());
        };
    }

    private static Stream<FoundLink> up(FoundGpu gpu) {
        return gpu.links().stream().filter(link -> link.state() == FoundLink.State.UP);
    }
}
