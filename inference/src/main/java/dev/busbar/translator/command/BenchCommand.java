package dev.busbar.translator.command;

import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.decode.Source;
import dev.busbar.translator.model.ModelFolder;
import dev.busbar.translator.model.TranslationModel;
import dev.busbar.translator.token.Codecs;
import dev.busbar.translator.token.Direction;
import dev.busbar.translator.token.FolderFile;
import dev.busbar.translator.token.TextCodec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how many target tokens a second of processor time gives, all translations cut or kept to one length. */
@Command(
        name = "bench",
        description = "Measures target tokens per CPU-second of a model at several batch sizes.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: translator bench --batch 1,8,32    (without --model: random weights of opus-mt's shape)"
        })
@SuppressWarnings("NullAway.Init") // filled by picocli
final class BenchCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "the model's folder; default: random weights, made once")
    private Optional<Path> model;

    @Option(
            names = "--sentences",
            paramLabel = "FILE",
            description = "one sentence per line; default: random token ids")
    private Optional<Path> sentences;

    @Option(names = "--length", defaultValue = "24", description = "target tokens of each; default: ${DEFAULT-VALUE}")
    private int length;

    @Option(names = "--batch", defaultValue = "1,8,32", split = ",", description = "default: ${DEFAULT-VALUE}")
    private List<Integer> batches;

    @Option(names = "--seconds", defaultValue = "6", description = "CPU seconds of each measurement, at least")
    private double seconds;

    @Option(names = "--rounds", defaultValue = "3", description = "measurements of each; the median counts")
    private int rounds;

    @Option(names = "--csv", description = "print runner,batch,tokens_per_cpu_second")
    private boolean csv;

    @Mixin
    private LoadOptions load;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path folder = model.isPresent() ? model.get() : RandomModel.folder();
        ModelFolder found = ModelFolder.find(folder, load.precisions());
        PrintWriter out = spec.commandLine().getOut();
        if (!csv) {
            out.printf(
                    "%s%n%-28s %8s %16s%n", found.graphs().files().getLast(), "runner", "batch", "tokens/CPU-second");
        }
        try (TranslationModel loaded =
                TranslationModel.load(found, load.settings(), load.places().getFirst())) {
            FixedLength fixed = new FixedLength(loaded, length);
            List<int[]> sources = sources(folder, loaded.vocabularySize());
            for (int batch : batches) {
                double[] measured = new double[rounds];
                warmUp(fixed, sources, batch);
                for (int round = 0; round < rounds; round++) {
                    measured[round] = measure(fixed, sources, batch, seconds);
                }
                Arrays.sort(measured);
                report(out, load.name(found), batch, measured);
            }
        }
        return 0;
    }

    private void report(PrintWriter out, String runner, int batch, double[] measured) {
        double median = measured[measured.length / 2];
        if (csv) {
            out.printf("%s,%d,%.1f%n", runner, batch, median);
        } else {
            out.printf(
                    "%-28s %8d %16.0f   (%.0f to %.0f)%n",
                    runner, batch, median, measured[0], measured[measured.length - 1]);
        }
        out.flush();
    }

    private static void warmUp(FixedLength model, List<int[]> sources, int batch) {
        measure(model, sources, batch, 2);
    }

    private static double measure(FixedLength model, List<int[]> sources, int batch, double seconds) {
        long start = cpuNanos();
        long tokens = 0;
        int next = 0;
        while (cpuNanos() - start < seconds * 1e9) {
            List<Source> part = new ArrayList<>();
            for (int i = 0; i < batch; i++) {
                part.add(new Source(sources.get(next++ % sources.size()), new int[0], model.length()));
            }
            tokens += model.run(part, Interest.ALWAYS);
        }
        return tokens * 1e9 / (cpuNanos() - start);
    }

    /** Of the whole process: compiler and garbage collector are part of the price. */
    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private List<int[]> sources(Path folder, int vocabulary) throws IOException {
        if (sentences.isPresent()) {
            Direction any = new Direction("en", "de");
            try (TextCodec codec = Codecs.open(folder, FolderFile.read(folder, "config.json"))) {
                return Files.readAllLines(sentences.get()).stream()
                        .filter(line -> !line.isBlank())
                        .map(line -> codec.encode(line, any))
                        .toList();
            }
        }
        SplittableRandom random = new SplittableRandom(1);
        List<int[]> sources = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            int[] ids = random.ints(24, 3, vocabulary - 1).toArray();
            ids[23] = 0;
            sources.add(ids);
        }
        return sources;
    }
}
