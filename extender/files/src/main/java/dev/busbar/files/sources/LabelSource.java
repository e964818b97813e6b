package dev.busbar.files.sources;

import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.KubeletPolicies;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * GPU feature discovery's labels {@code nvidia.com/gpu.product}, {@code .count} and {@code .memory} (MiB). They tell
 * neither links nor UUIDs nor NUMA nodes: links are those of the usual board, where there is one.
 */
public final class LabelSource {

    private static final int MOST = 64;

    private LabelSource() {}

    public static Optional<GpuTopology> read(NodeWords words) {
        var product = product(words.label("nvidia.com/gpu.product"));
        int count = words.number("nvidia.com/gpu.count");
        if (product.isEmpty() || count < 1 || count > MOST) {
            return Optional.empty();
        }
        var memory = Memory.mebibytes(Math.max(words.number("nvidia.com/gpu.memory"), 0));
        var spec = new Spec(
                IntStream.range(0, count).mapToObj(i -> gpu(i, product, memory)).toList(),
                Guess.rows(product, count, (_, _) -> "SYS"),
                List.of(),
                FabricLabels.read(words),
                List.of(),
                "",
                KubeletPolicies.UNKNOWN);
        return Optional.of(GpuTopology.of(words.node(), spec, Status.EMPTY));
    }

    private static Gpu gpu(int index, String product, Memory memory) {
        return new Gpu(index, "gpu-" + index, product, memory, -1, "", "", List.of());
    }

    /** A product that is shared or cut says so behind its name, with a count that is not of GPUs. */
    private static String product(String label) {
        return label.endsWith("-SHARED") || label.contains("-MIG-") ? "" : label;
    }
}
