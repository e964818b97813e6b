package dev.busbar.translator.command;

import dev.busbar.translator.model.Optimizer;
import dev.busbar.translator.onnx.FusedGraphs.Products;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Rewrites a model folder; the folder it reads stays as it is. */
@Command(
        name = "optimize",
        description = "Rewrites a model folder to run fast, or to load at once.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: translator optimize models/en-de fast/en-de"})
@SuppressWarnings("NullAway.Init") // filled by picocli
final class OptimizeCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "IN", description = "a model folder")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "the folder to write")
    private Path out;

    @Option(
            names = "--weights",
            defaultValue = "INT8",
            paramLabel = "int8|fp32",
            description = "of the fused form; default: int8")
    private Products products;

    @Option(
            names = "--prune",
            defaultValue = "0",
            paramLabel = "PERCENT",
            description = "of the feed-forward neurons to leave out; costs quality")
    private int prune;

    @Option(names = "--keep-graphs", description = "only move the weights to data files, equal ones stored once")
    private boolean keepGraphs;

    @Mixin
    private LoadOptions load;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (Files.exists(out) && Files.isSameFile(in, out)) {
            throw new IllegalArgumentException("IN and OUT are both " + out);
        }
        if (keepGraphs) {
            new Optimizer(in, load.precisions()).externalize(out);
        } else {
            new Optimizer(in, load.mostExact()).fuse(out, products, prune);
        }
        spec.commandLine().getOut().printf("%s: %d MB, %s: %d MB%n", in, megabytes(in), out, megabytes(out));
        return 0;
    }

    private static long megabytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().contains(".onnx"))
                            .mapToLong(file -> {
                                try {
                                    return Files.size(file);
                                } catch (IOException failure) {
                                    throw new UncheckedIOException(failure);
                                }
                            })
                            .sum()
                    / 1_000_000;
        }
    }
}
