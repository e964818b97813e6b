package dev.busbar.agent.nvml;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Reads the NVLinks of a GPU. */
final class LinkReader {

    /** Twice as many as any GPU has today. */
    private static final int MAX_LINKS = 36;

    private final NvmlLibrary nvml;

    LinkReader(NvmlLibrary nvml) {
        this.nvml = nvml;
    }

    List<FoundLink> links(MemorySegment device, Arena arena) {
        var links = new ArrayList<FoundLink>();
        var state = arena.allocate(JAVA_INT);
        for (int link = 0; link < MAX_LINKS; link++) {
            // A driver may refuse to speak of one link and tell the next.
            if (!nvml.call(NvmlFunction.LINK_STATE, device, link, state).ok()) {
                continue;
            }
            links.add(state.get(JAVA_INT, 0) == 1 ? up(device, link, arena) : down(link));
        }
        return links;
    }

    private static FoundLink down(int link) {
        return new FoundLink(link, FoundLink.State.DOWN, FoundLink.Remote.UNKNOWN, "");
    }

    private FoundLink up(MemorySegment device, int link, Arena arena) {
        var pci = arena.allocate(256);
        var busId = nvml.call(NvmlFunction.LINK_REMOTE, device, link, pci).ok() ? PciInfo.busId(pci) : "";
        var type = arena.allocate(JAVA_INT);
        var typeKnown =
                nvml.call(NvmlFunction.LINK_REMOTE_TYPE, device, link, type).ok();
        return new FoundLink(
                link, FoundLink.State.UP, typeKnown ? remote(type.get(JAVA_INT, 0)) : FoundLink.Remote.UNKNOWN, busId);
    }

    private static FoundLink.Remote remote(int type) {
        return switch (type) {
            case 0 -> FoundLink.Remote.GPU;
            case 2 -> FoundLink.Remote.SWITCH;
            default -> FoundLink.Remote.UNKNOWN;
        };
    }
}
