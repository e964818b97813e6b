package dev.busbar.agent;

import dev.busbar.agent.nvml.FoundFabric;
import dev.busbar.agent.nvml.FoundGpu;
import dev.busbar.agent.nvml.FoundLink;
import dev.busbar.agent.nvml.Inventory;
import dev.busbar.core.topology.HardwareCatalog;
import dev.busbar.core.topology.HardwareCatalog.Product;
import dev.busbar.files.gputopology.GpuTopology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What this agent has seen of each GPU, and an agent before it since the machine was started, so that it can tell a link
 * that went down from a card that never had a bridge, and a GPU that fell off the bus from one that was never there.
 */
final class HealthBook {

    // Faults of the program that ran, not of the GPU.
    private static final Set<Long> XIDS_OF_APPLICATIONS = Set.of(13L, 31L, 43L, 45L, 68L, 109L);
    // Memory errors that were corrected, contained or mapped away.
    private static final Set<Long> XIDS_SURVIVED = Set.of(63L, 92L, 94L);

    private static final Pattern LINKS_UP = Pattern.compile("[0-9]{1,3} of ([0-9]{1,3}) NVLinks are up");

    private static final Pattern LANES = Pattern.compile("NV([0-9]{1,3})");

    private final Map<String, FoundGpu> known = new LinkedHashMap<>();
    private final Map<String, Long> mostLinksUp = new HashMap<>();
    private final Map<String, Condition> xids = new HashMap<>();

    /** GPUs in the order of their index, those included that have vanished, and the condition of each by UUID. */
    record Page(List<FoundGpu> gpus, Map<String, Condition> conditions) {}

    synchronized void xid(String uuid, long number) {
        if (XIDS_OF_APPLICATIONS.contains(number)) {
            return;
        }
        var reason = "XID " + number;
        var condition = XIDS_SURVIVED.contains(number) ? Condition.degraded(reason) : Condition.lost(reason);
        xids.merge(uuid, condition, Condition::or);
    }

    /** Takes over what the object of an agent before us says, since this agent has not seen it happen. */
    synchronized void remember(GpuTopology before) {
        for (var gpu : before.spec().gpus()) {
            known.putIfAbsent(
                    gpu.uuid(),
                    new FoundGpu(
                            gpu.index(),
                            gpu.uuid(),
                            gpu.product(),
                            gpu.pciBusId(),
                            gpu.memory().bytes(),
                            List.of(),
                            List.of(),
                            FoundFabric.NONE));
        }
        lanesBefore(before).forEach((uuid, lanes) -> mostLinksUp.merge(uuid, lanes, Math::max));
        for (var gpu : before.status().gpus()) {
            if (gpu.reason().startsWith("XID ")) {
                xids.putIfAbsent(gpu.uuid(), new Condition(gpu.health(), gpu.reason()));
            }
            var links = LINKS_UP.matcher(gpu.reason());
            if (links.matches()) {
                mostLinksUp.merge(gpu.uuid(), Long.valueOf(links.group(1)), Math::max);
            }
        }
    }

    /**
     * NVLinks that lead straight from GPU to GPU: a bridge that dies while no agent runs is missed by the next one. Those
     * into switches stand in the row of each peer, and are more together than one GPU has.
     */
    private static Map<String, Long> lanesBefore(GpuTopology before) {
        var lanes = new HashMap<String, Long>();
        var rows = before.spec().links();
        for (int i = 0; i < Math.min(rows.size(), before.spec().gpus().size()); i++) {
            var gpu = before.spec().gpus().get(i);
            long sum = LANES.matcher(rows.get(i))
                    .results()
                    .mapToLong(match -> Long.parseLong(match.group(1)))
                    .sum();
            if (sum <= HardwareCatalog.find(gpu.product()).map(Product::lanes).orElse(0)) {
                lanes.put(gpu.uuid(), sum);
            }
        }
        return lanes;
    }

    synchronized Page read(Inventory inventory) {
        var present = inventory.gpus().stream().collect(Collectors.toMap(FoundGpu::uuid, gpu -> gpu));
        var conditions = new HashMap<String, Condition>();
        var gpus = new ArrayList<>(inventory.gpus());
        for (var gpu : known.values()) {
            if (!present.containsKey(gpu.uuid())) {
                gpus.add(vanished(gpu, gpus));
                conditions.put(gpu.uuid(), Condition.lost("fell off the bus"));
                xids.remove(gpu.uuid()); // when it comes back, it has been reset
            }
        }
        for (var gpu : inventory.gpus()) {
            mostLinksUp.merge(gpu.uuid(), linksUp(gpu), Math::max);
            conditions.put(gpu.uuid(), condition(gpu, inventory.gpus()));
            known.put(gpu.uuid(), gpu);
        }
        gpus.sort(Comparator.comparingInt(FoundGpu::index));
        return new Page(List.copyOf(gpus), Map.copyOf(conditions));
    }

    /** All GPUs as they were; NVML tells nothing now. */
    synchronized Page lastRead() {
        return read(new Inventory(List.copyOf(known.values()), List.of()));
    }

    private Condition condition(FoundGpu gpu, List<FoundGpu> all) {
        long up = linksUp(gpu);
        long expected = Math.max(mostLinksUp.getOrDefault(gpu.uuid(), 0L), expectedFromOthers(gpu, all));
        var links = up < expected
                ? Condition.degraded("%d of %d NVLinks are up".formatted(up, expected))
                : Condition.HEALTHY;
        return xids.getOrDefault(gpu.uuid(), Condition.HEALTHY).or(links);
    }

    /** On a board with switches all GPUs have as many links; elsewhere a bridge may be missing on purpose. */
    private static long expectedFromOthers(FoundGpu gpu, List<FoundGpu> all) {
        return all.stream()
                .filter(other -> other.product().equals(gpu.product()) && hasSwitch(other))
                .mapToLong(HealthBook::linksUp)
                .max()
                .orElse(0);
    }

    private static boolean hasSwitch(FoundGpu gpu) {
        return gpu.links().stream().anyMatch(link -> link.remote() == FoundLink.Remote.SWITCH);
    }

    private static long linksUp(FoundGpu gpu) {
        return gpu.links().stream()
                .filter(link -> link.state() == FoundLink.State.UP)
                .count();
    }

    /** Without links, and at its old index unless the driver gave that to another GPU since. */
    private static FoundGpu vanished(FoundGpu gpu, List<FoundGpu> others) {
        var taken = others.stream().map(FoundGpu::index).collect(Collectors.toSet());
        int index = gpu.index();
        if (taken.contains(index)) {
            index = 0;
            while (taken.contains(index)) {
                index++;
            }
        }
        return new FoundGpu(
                index, gpu.uuid(), gpu.product(), gpu.pciBusId(), gpu.totalBytes(), List.of(), List.of(), gpu.fabric());
    }
}
