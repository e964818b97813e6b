package dev.busbar.translator.onnx;

import dev.busbar.translator.onnx.FusedGraphs.Products;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a model's fused graphs into a folder, with their weights beside them to be mapped. */
public final class FusedFolder {
    private FusedFolder() {}

    public static void write(MarianShape shape, Weights weights, Products products, Path folder, String suffix)
            throws IOException {
        FusedGraphs graphs = new FusedGraphs(shape, weights, products);
        FusedOutput output = new FusedOutput(shape, weights, products);
        OnnxFile.writeWithExternalData(graphs.encoder(), folder.resolve("encoder" + suffix));
        OnnxFile.writeWithExternalData(graphs.step(), folder.resolve("step" + suffix));
        OnnxFile.writeWithExternalData(output.whole(), folder.resolve("output" + suffix));
        OnnxFile.writeWithExternalData(output.pick(), folder.resolve("output_pick" + suffix));
        OnnxFile.writeWithExternalData(output.shortlisted(), folder.resolve("output_shortlisted" + suffix));
    }
}
