package dev.busbar.translator.command;

import dev.busbar.translator.model.LoadingCost;
import dev.busbar.translator.model.ModelFolder;
import dev.busbar.translator.model.ModelFolder.Graphs;
import dev.busbar.translator.model.Optimizer;
import dev.busbar.translator.model.SessionSettings;
import dev.busbar.translator.model.SessionSettings.Weights;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Opens a model's decoder in the ways there are, the cheapest first, and says how much the process grew by each. */
@Command(
        name = "loading",
        description = "Measures what opening a decoder costs: mapped from a data file, and the plain way.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: translator loading --precision fp32"})
@SuppressWarnings("NullAway.Init") // filled by picocli
final class LoadingCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "an Optimum folder; default: random weights of opus-mt's shape")
    private Optional<Path> model;

    @Mixin
    private LoadOptions load;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path folder = model.isPresent() ? model.get() : RandomModel.plainFolder();
        Path plain = decoder(folder);
        Path mapped = Files.createTempDirectory("translator-loading");
        new Optimizer(folder, load.precisions()).externalize(mapped);
        Path external = mapped.resolve(plain.getFileName());
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%s: %d MB%n%-44s %10s %10s%n", plain, Files.size(plain) / 1_000_000, "way", "growth", "time");
        try {
            report(out, "data file, mapped, weights used in place", external, SessionSettings.CPU.with(Weights.MAPPED));
            report(out, "data file, weights repacked", external, SessionSettings.CPU);
            report(out, "one file, weights repacked: the plain way", plain, SessionSettings.CPU);
        } finally {
            delete(mapped);
        }
        return 0;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private Path decoder(Path folder) {
        return switch (ModelFolder.find(folder, load.precisions()).graphs()) {
            case Graphs.Merged(Path encoder, Path decoder) -> decoder;
            case Graphs.Split(Path encoder, Path first, Path later) -> later;
            case Graphs.Causal(Path decoder) -> decoder;
            case Graphs.Fused fused ->
                throw new IllegalArgumentException("%s has its weights in data files already".formatted(fused.step()));
        };
    }

    private static void report(PrintWriter out, String way, Path graph, SessionSettings settings) throws IOException {
        LoadingCost cost = LoadingCost.of(graph, settings);
        out.printf(
                "%-44s %7d MB %7d ms%n",
                way, cost.residentBytes() / 1_000_000, cost.time().toMillis());
        out.flush();
    }
}
