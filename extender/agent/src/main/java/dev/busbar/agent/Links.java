package dev.busbar.agent;

import dev.busbar.agent.nvml.FoundGpu;
import dev.busbar.agent.nvml.FoundLink;
import dev.busbar.agent.sysfs.PciTree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How the GPUs of a node reach each other, as rows in the words of {@code nvidia-smi topo -m}. */
final class Links {

    private final List<FoundGpu> gpus;
    private final PciTree pci;

    Links(List<FoundGpu> gpus, PciTree pci) {
        this.gpus = gpus;
        this.pci = pci;
    }

    List<String> rows() {
        return gpus.stream().map(this::row).toList();
    }

    private String row(FoundGpu from) {
        var words = new ArrayList<String>();
        for (var to : gpus) {
            words.add(from.uuid().equals(to.uuid()) ? "X" : word(from, to));
        }
        return String.join(" ", words);
    }

    private String word(FoundGpu from, FoundGpu to) {
        long lanes = lanes(from, to);
        return lanes > 0
                ? "NV" + lanes
                : pci.between(from.pciBusId(), to.pciBusId()).name();
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
