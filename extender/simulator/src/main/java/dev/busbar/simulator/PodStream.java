package dev.busbar.simulator;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.BadInput;
import dev.busbar.files.PodReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** The pods that arrive at a cluster in files, one after another. */
final class PodStream {
    /** A made-up stream asks for so many percent of the free GPUs, so that choices begin to hurt. */
    private static final int ASKED_PERCENT = 130;

    private static final long GIBIBYTE = 1L << 30;
    private static final long CPU_PER_GPU = 4000;
    private static final long MEMORY_PER_GPU = 16 * GIBIBYTE;

    /** What a made-up pod asks: drawn from these with equal chances. 0 is a quarter of a GPU. */
    private static final int[] SIZES = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 4, 4, 8};

    private PodStream() {}

    /** The cluster's own pods that wait, then those of the file; if there are none, made-up ones. */
    static List<Pod> of(List<Pod> waiting, Optional<Path> file, ClusterSnapshot snapshot, int seed) {
        var pods = new ArrayList<>(waiting);
        file.ifPresent(path -> pods.addAll(read(path)));
        var names = new HashSet<String>();
        for (Pod pod : pods) {
            if (!names.add(pod.key().display())) {
                throw new SimulationException("the pod %s arrives twice; each needs a name of its own"
                        .formatted(pod.key().display()));
            }
        }
        return pods.isEmpty() ? madeUp(snapshot, seed) : List.copyOf(pods);
    }

    private static List<Pod> read(Path file) {
        try {
            return new PodReader(ResourceNames.DEFAULT).readAll(file);
        } catch (BadInput e) {
            throw new SimulationException(String.valueOf(e.getMessage()));
        }
    }

    private static List<Pod> madeUp(ClusterSnapshot snapshot, int seed) {
        long free = 0;
        int largest = 0;
        for (int number = 0; number < snapshot.size(); number++) {
            var node = snapshot.node(number);
            if (node.topology().allocator() == Allocator.BUSBAR) {
                free += node.free().count();
                largest = Math.max(largest, node.topology().gpus().size());
            }
        }
        var random = new SplittableRandom(seed);
        var pods = new ArrayList<Pod>();
        for (double asked = 0; asked * 100 < free * ASKED_PERCENT; ) {
            int size = SIZES[random.nextInt(SIZES.length)];
            if (size <= largest) {
                pods.add(pod(pods.size(), size));
                asked += size == 0 ? 0.25 : size;
            }
        }
        return pods;
    }

    private static Pod pod(int number, int gpus) {
        GpuAsk.Devices devices =
                gpus == 0 ? new GpuAsk.Share(0, GpuAsk.MILLI_PER_GPU / 4) : new GpuAsk.Whole(gpus, Allocator.BUSBAR);
        int beside = Math.max(1, gpus);
        String name = "pod-%02d".formatted(number);
        return Pod.of(
                new PodKey("made-up", name, "uid-" + name),
                new GpuAsk(devices, beside * CPU_PER_GPU, beside * MEMORY_PER_GPU, Conditions.NONE, Intent.PACK));
    }
}
