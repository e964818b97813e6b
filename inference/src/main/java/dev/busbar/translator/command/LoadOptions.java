package dev.busbar.translator.command;

import dev.busbar.translator.model.Device;
import dev.busbar.translator.model.ModelFolder;
import dev.busbar.translator.model.ModelFolder.Precision;
import dev.busbar.translator.model.Placement;
import dev.busbar.translator.model.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** How models are loaded: the options that all verbs share. */
@SuppressWarnings("NullAway.Init") // filled by picocli
final class LoadOptions {
    @Option(
            names = "--precision",
            paramLabel = "int8|fp32|fp16",
            description =
                    "which weights, where a folder has several; default: int8 first on a processor, fp16 on a GPU")
    private Optional<Precision> precision = Optional.empty();

    @Option(names = "--threads", defaultValue = "1", description = "threads in one product; default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--mapped", description = "use weights as they lie in the mapped file: starts at once, runs slower")
    private boolean mapped;

    @Option(names = "--all-words", description = "score all words, also where the model has a shortlist")
    private boolean allWords;

    @Option(
            names = "--gpu",
            paramLabel = "N",
            split = ",",
            description = "run on this CUDA device; with several a copy of each model on each; default: the processor")
    private List<Integer> gpus = new ArrayList<>();

    @Option(
            names = "--decoder-gpu",
            paramLabel = "N",
            split = ",",
            description = "have the decoder on another CUDA device than the encoder; one for each of --gpu")
    private List<Integer> decoderGpus = new ArrayList<>();

    @Option(
            names = "--gpu-memory",
            defaultValue = "4096",
            paramLabel = "MIB",
            description = "what batches may take there")
    private long gpuMebibytes;

    SessionSettings settings() {
        return SessionSettings.CPU
                .withThreads(threads)
                .with(mapped ? SessionSettings.Weights.MAPPED : SessionSettings.Weights.PACKED)
                .with(allWords ? SessionSettings.Words.ALL : SessionSettings.Words.SHORTLIST)
                .on(device());
    }

    /** What a comparison calls this way to run a model. */
    String name(ModelFolder folder) {
        String kind = switch (folder.graphs()) {
            case ModelFolder.Graphs.Fused _ -> "fused";
            case ModelFolder.Graphs.Merged _ -> "merged";
            case ModelFolder.Graphs.Split _ -> "split";
            case ModelFolder.Graphs.Causal _ -> "decoder-only";
        };
        String file = folder.graphs().files().getLast().getFileName().toString();
        String weights =
                file.contains("int8") || file.contains("quantized") ? "int8" : file.contains("fp16") ? "fp16" : "fp32";
        return "busbar " + weights + (kind.equals("fused") ? "" : " " + kind) + (mapped ? " mapped" : "");
    }

    /** Where the copies of each model are. */
    List<Placement> places() {
        if (!decoderGpus.isEmpty() && decoderGpus.size() != gpus.size()) {
            throw new IllegalArgumentException(
                    "--decoder-gpu (%s) must name as many devices as --gpu (%s)".formatted(decoderGpus, gpus));
        }
        if (gpus.isEmpty()) {
            return List.of(Placement.on(Device.CPU));
        }
        List<Integer> decoders = decoderGpus.isEmpty() ? gpus : decoderGpus;
        return IntStream.range(0, gpus.size())
                .mapToObj(i -> new Placement(cuda(gpus.get(i)), cuda(decoders.get(i))))
                .toList();
    }

    private Device device() {
        return places().getFirst().decoder();
    }

    private Device cuda(int number) {
        return new Device.Cuda(number, gpuMebibytes << 20);
    }

    /** A plan is for a GPU, whichever device this machine has. */
    Device deviceToPlan() {
        return cuda(gpus.isEmpty() ? 0 : gpus.getFirst());
    }

    List<Precision> precisions() {
        return precision.map(List::of).orElseGet(() -> ModelFolder.preferred(device()));
    }

    /** What to make other weights of: rounding twice costs twice. */
    List<Precision> mostExact() {
        return precision
                .map(List::of)
                .orElse(List.of(Precision.FP32, Precision.FP16, Precision.INT8, Precision.SMALLER));
    }
}
