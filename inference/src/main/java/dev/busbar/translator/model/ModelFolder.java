package dev.busbar.translator.model;

import dev.busbar.translator.token.BadModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the graphs of a model are: in the folder itself (Optimum) or in {@code onnx/} below it (transformers.js). */
public record ModelFolder(Path path, Graphs graphs) {
    /** The files of a model, by the way its decoder was exported. */
    public sealed interface Graphs {
        /** An encoder, and one decoder for all steps. */
        record Merged(Path encoder, Path decoder) implements Graphs {}

        /** An encoder, a decoder for the first step and one for the others. */
        record Split(Path encoder, Path first, Path later) implements Graphs {}

        /** Our own form: the encoder gives the cross-attention's cache, one step takes it, the output layer is apart. */
        record Fused(Path encoder, Path step, OutputFiles output) implements Graphs {}

        /** A decoder-only model. */
        record Causal(Path decoder) implements Graphs {}

        default List<Path> files() {
            return switch (this) {
                case Merged(Path encoder, Path decoder) -> List.of(encoder, decoder);
                case Split(Path encoder, Path first, Path later) -> List.of(encoder, first, later);
                case Fused(Path encoder, Path step, OutputFiles output) -> List.of(encoder, step, output.whole());
                case Causal(Path decoder) -> List.of(decoder);
            };
        }
    }

    /** The output layer of the fused form: the whole, and for a shortlist the picking of its part and the product. */
    public record OutputFiles(Path whole, Path pick, Path shortlisted) {
        public static OutputFiles in(Path place, Precision precision) {
            String suffix = fusedSuffix(precision);
            return new OutputFiles(
                    place.resolve("output" + suffix),
                    place.resolve("output_pick" + suffix),
                    place.resolve("output_shortlisted" + suffix));
        }
    }

    /** How the files of the fused form are named. */
    public static String fusedSuffix(Precision precision) {
        return precision == Precision.INT8 ? "_fused_int8.onnx" : "_fused.onnx";
    }

    /** Which weights to take when a folder has several. */
    public enum Precision {
        INT8,
        FP32,
        FP16,
        SMALLER;

        private List<String> suffixes() {
            return switch (this) {
                case INT8 -> List.of("_quantized", "_int8", "_uint8");
                case FP32 -> List.of("");
                case FP16 -> List.of("_fp16");
                case SMALLER -> List.of("_q4", "_q4f16", "_bnb4");
            };
        }
    }

    /** On a processor int8 is fastest; on a GPU fp16 is. */
    public static List<Precision> preferred(Device device) {
        return switch (device) {
            case Device.Cpu() -> List.of(Precision.INT8, Precision.FP32, Precision.FP16, Precision.SMALLER);
            case Device.Cuda _ -> List.of(Precision.FP16, Precision.FP32, Precision.INT8, Precision.SMALLER);
        };
    }

    public static ModelFolder find(Path folder, List<Precision> order) {
        if (!Files.isDirectory(folder)) {
            throw new BadModelFolder(folder, "no such folder");
        }
        return order.stream()
                .flatMap(precision ->
                        Stream.of(folder, folder.resolve("onnx")).flatMap(place -> graphs(place, precision)))
                .findFirst()
                .map(graphs -> new ModelFolder(folder, graphs))
                .orElseThrow(() -> new BadModelFolder(
                        folder,
                        "no model found; it has %s, expected encoder_model.onnx with decoder_model_merged.onnx, or with"
                                        .formatted(onnxFiles(folder))
                                + " decoder_model.onnx and decoder_with_past_model.onnx, or model.onnx alone,"
                                + " here or in onnx/, also with a suffix as in encoder_model_quantized.onnx"));
    }

    private static Stream<Graphs> graphs(Path place, Precision precision) {
        Path encoder = place.resolve("encoder" + fusedSuffix(precision));
        Path step = place.resolve("step" + fusedSuffix(precision));
        boolean canBeFused = precision == Precision.INT8 || precision == Precision.FP32;
        Stream<Graphs> fused = canBeFused && Files.exists(encoder) && Files.exists(step)
                ? Stream.of(new Graphs.Fused(encoder, step, OutputFiles.in(place, precision)))
                : Stream.empty();
        return Stream.concat(fused, precision.suffixes().stream().flatMap(suffix -> graphs(place, suffix).stream()));
    }

    private static Optional<Graphs> graphs(Path place, String suffix) {
        Path encoder = place.resolve("encoder_model" + suffix + ".onnx");
        Path merged = place.resolve("decoder_model_merged" + suffix + ".onnx");
        Path first = place.resolve("decoder_model" + suffix + ".onnx");
        Path later = place.resolve("decoder_with_past_model" + suffix + ".onnx");
        Path alone = place.resolve("model" + suffix + ".onnx");
        if (Files.exists(encoder)) {
            if (Files.exists(merged)) {
                return Optional.of(new Graphs.Merged(encoder, merged));
            }
            if (Files.exists(first) && Files.exists(later)) {
                return Optional.of(new Graphs.Split(encoder, first, later));
            }
            return Optional.empty();
        }
        return Stream.of(alone, merged).filter(Files::exists).findFirst().map(Graphs.Causal::new);
    }

    private static String onnxFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            List<String> names = files.filter(file -> file.toString().endsWith(".onnx"))
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
            return names.isEmpty() ? "no .onnx file" : String.join(", ", names);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
