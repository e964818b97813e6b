package dev.busbar.translator.onnx;

import dev.busbar.translator.onnx.FusedGraphs.Caching;
import dev.busbar.translator.onnx.FusedGraphs.Products;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a model's fused graphs into a folder, with their weights beside them to be mapped. */
public final class FusedFolder {
    private FusedFolder() {}

    /** Int8 products run on the processor alone, and so may what they attend with. */
    public static void write(MarianShape shape, Weights weights, Products products, Path folder, String suffix)
            throws IOException {
        write(
                new FusedGraphs(
                        shape, weights, products, products == Products.INT8 ? Caching.IN_PLACE : Caching.APPENDED),
                new FusedOutput(shape, weights, products),
                folder,
                suffix);
    }

    /** Floats with the cache in place, to hold the two ways of caching to each other. */
    public static void writeInPlace(MarianShape shape, Weights weights, Path folder, String suffix) throws IOException {
        write(
                new FusedGraphs(shape, weights, Products.FP32, Caching.IN_PLACE),
                new FusedOutput(shape, weights, Products.FP32),
                folder,
                suffix);
    }

    private static void write(FusedGraphs graphs, FusedOutput output, Path folder, String suffix) throws IOException {
        OnnxFile.writeWithExternalData(graphs.encoder(), folder.resolve("encoder" + suffix));
        OnnxFile.writeWithExternalData(graphs.step(), folder.resolve("step" + suffix));
        OnnxFile.writeWithExternalData(output.whole(), folder.resolve("output" + suffix));
        OnnxFile.writeWithExternalData(output.pick(), folder.resolve("output_pick" + suffix));
        OnnxFile.writeWithExternalData(output.shortlisted(), folder.resolve("output_shortlisted" + suffix));
    }
}
