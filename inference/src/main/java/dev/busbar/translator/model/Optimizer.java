package dev.busbar.translator.model;

import dev.busbar.translator.model.ModelFolder.Graphs;
import dev.busbar.translator.model.ModelFolder.Precision;
import dev.busbar.translator.onnx.Deduplication;
import dev.busbar.translator.onnx.ExportedWeights;
import dev.busbar.translator.onnx.FusedFolder;
import dev.busbar.translator.onnx.FusedGraphs.Products;
import dev.busbar.translator.onnx.MarianShape;
import dev.busbar.translator.onnx.MarianShape.Activation;
import dev.busbar.translator.onnx.MarianShape.Norm;
import dev.busbar.translator.onnx.OnnxFile;
import dev.busbar.translator.onnx.OnnxModel;
import dev.busbar.translator.onnx.Pruning;
import dev.busbar.translator.onnx.Weights;
import dev.busbar.translator.token.BadModelFolder;
import dev.busbar.translator.token.FolderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Makes a new folder of a model folder: as fast as we can run it, or as it is with its weights to be mapped. */
public final class Optimizer {
    private final Path folder;
    private final ModelFolder found;
    private final FolderFile config;

    public Optimizer(Path folder, List<Precision> order) {
        this.folder = folder;
        found = ModelFolder.find(folder, order);
        config = FolderFile.read(folder, "config.json");
        if (found.graphs() instanceof Graphs.Fused) {
            throw new BadModelFolder(folder, "it is optimized already");
        }
    }

    /** The model in fused graphs, with this share of its feed-forward neurons left out. */
    public void fuse(Path out, Products products, int prunedPercent) throws IOException {
        List<OnnxModel> models = new ArrayList<>();
        for (Path file : found.graphs().files()) {
            models.add(OnnxFile.inlined(OnnxFile.read(file), file));
        }
        Weights weights = ExportedWeights.of(models);
        Pruning.Pruned pruned = Pruning.pruned(shape(weights), weights, prunedPercent);
        copyOtherFiles(out);
        Precision precision = products == Products.INT8 ? Precision.INT8 : Precision.FP32;
        FusedFolder.write(pruned.shape(), pruned.weights(), products, out, ModelFolder.fusedSuffix(precision));
    }

    /** The same graphs, equal weights stored once, all weights in data files. */
    public void externalize(Path out) throws IOException {
        copyOtherFiles(out);
        for (Path file : found.graphs().files()) {
            OnnxModel model = Deduplication.of(OnnxFile.inlined(OnnxFile.read(file), file));
            OnnxFile.writeWithExternalData(model, out.resolve(file.getFileName()));
        }
    }

    private MarianShape shape(Weights weights) {
        boolean marian = config.text("model_type").equals("marian");
        if (config.field("scale_embedding").isBoolean()
                && !config.field("scale_embedding").booleanValue()) {
            throw config.wrong("scale_embedding", "true: the fused form scales");
        }
        List<Long> embedding = weights.get("shared.weight").shape();
        int width = Math.toIntExact(embedding.getLast());
        if (config.number("d_model") != width) {
            throw config.wrong("d_model", "%d, the width of the embedding".formatted(width));
        }
        String activation = config.optionalText("activation_function").orElse(marian ? "swish" : "relu");
        if (!Set.of("swish", "silu", "relu").contains(activation)) {
            throw config.wrong("activation_function", "swish, silu or relu");
        }
        return new MarianShape(
                Math.toIntExact(embedding.getFirst()),
                width,
                config.number("decoder_attention_heads"),
                Math.toIntExact(
                        weights.get("encoder.layers.0.fc1.weight").shape().getLast()),
                config.number("encoder_layers"),
                config.number("decoder_layers"),
                Math.toIntExact(weights.get("positions").shape().getFirst()),
                marian ? Norm.AFTER : Norm.BEFORE,
                activation.equals("relu") ? Activation.RELU : Activation.SWISH);
    }

    private void copyOtherFiles(Path out) throws IOException {
        Files.createDirectories(out);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (!name.contains(".onnx")) {
                    Files.copy(file, out.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
