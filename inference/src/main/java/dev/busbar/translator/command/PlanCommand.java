package dev.busbar.translator.command;

import dev.busbar.translator.model.MemoryEstimate;
import dev.busbar.translator.model.ModelFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what memory a pod with these models should ask for; no model is loaded for it. */
@Command(
        name = "plan",
        description = "Estimates the GPU memory that models need; the last line is what a pod asks for.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: translator plan models/en-zh models/en-de --batch 32 --length 64"})
@SuppressWarnings("NullAway.Init") // filled by picocli
final class PlanCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "MODEL", description = "the models' folders")
    private List<Path> folders;

    @Option(names = "--batch", defaultValue = "32", description = "sentences in a batch; default: ${DEFAULT-VALUE}")
    private int batch;

    @Option(names = "--beam", defaultValue = "1", description = "beams; default: ${DEFAULT-VALUE}")
    private int beams;

    @Option(
            names = "--length",
            defaultValue = "64",
            description = "tokens of a sentence, each way; default: ${DEFAULT-VALUE}")
    private int length;

    @Mixin
    private LoadOptions load;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (batch < 1 || beams < 1 || length < 1) {
            throw new IllegalArgumentException("--batch, --beam and --length must be at least 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-24s %12s %12s %12s %12s%n", "model", "weights", "cache", "scores", "activations");
        long fixed = 0;
        long largest = 0;
        long constant = 0;
        for (Path folder : folders) {
            MemoryEstimate memory = MemoryEstimate.of(ModelFolder.find(folder, load.precisions()), load.deviceToPlan());
            out.printf(
                    "%-24s %12s %12s %12s %12s%n",
                    folder.toAbsolutePath().normalize().getFileName(),
                    mebibytes(memory.weightBytes()),
                    mebibytes((long) batch * beams * memory.cacheBytes(length, length + memory.thoughtTokens())),
                    mebibytes((long) batch * beams * memory.logitBytes(length)),
                    mebibytes(batch * memory.activationBytes(length)));
            constant = memory.constantBytes();
            fixed += memory.fixedBytes() - constant;
            largest = Math.max(largest, batch * memory.sentenceBytes(length, length + memory.thoughtTokens(), beams));
        }
        long total = constant + fixed + largest;
        out.printf(
                "%nruntime %s, weights with slack %s, the largest model's batch with slack %s%n",
                mebibytes(constant), mebibytes(fixed), mebibytes(largest));
        out.printf("busbar.dev/gpu-memory: %s%n", mebibytes(total));
        return 0;
    }

    private static String mebibytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20) + "Mi";
    }
}
