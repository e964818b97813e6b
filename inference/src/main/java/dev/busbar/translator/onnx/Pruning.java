package dev.busbar.translator.onnx;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** Takes the least used neurons out of every feed-forward block: those whose weights in and out are smallest. */
public final class Pruning {
    private Pruning() {}

    /** A model with fewer neurons. */
    public record Pruned(MarianShape shape, Weights weights) {}

    public static Pruned pruned(MarianShape shape, Weights weights, int percent) {
        if (percent < 0 || percent > 90) {
            throw new IllegalArgumentException(
                    "the share to prune (%d) must be between 0 and 90 percent".formatted(percent));
        }
        // Products are fastest at multiples of 16.
        int kept = Math.max(16, shape.inner() * (100 - percent) / 100 / 16 * 16);
        Map<String, TensorData> changed = new HashMap<>();
        for (int i = 0; i < shape.encoderLayers(); i++) {
            prune("encoder.layers." + i, shape, weights, kept, changed);
        }
        for (int i = 0; i < shape.decoderLayers(); i++) {
            prune("decoder.layers." + i, shape, weights, kept, changed);
        }
        MarianShape smaller = new MarianShape(
                shape.vocabulary(),
                shape.width(),
                shape.heads(),
                kept,
                shape.encoderLayers(),
                shape.decoderLayers(),
                shape.positions(),
                shape.norm(),
                shape.activation());
        return new Pruned(smaller, weights.with(changed));
    }

    private static void prune(
            String layer, MarianShape shape, Weights weights, int kept, Map<String, TensorData> into) {
        int width = shape.width();
        int inner = shape.inner();
        float[] in = weights.get(layer + ".fc1.weight").floats();
        float[] bias = weights.get(layer + ".fc1.bias").floats();
        float[] out = weights.get(layer + ".fc2.weight").floats();
        double[] worth = new double[inner];
        for (int neuron = 0; neuron < inner; neuron++) {
            double read = 0;
            double written = 0;
            for (int i = 0; i < width; i++) {
                read += (double) in[i * inner + neuron] * in[i * inner + neuron];
                written += (double) out[neuron * width + i] * out[neuron * width + i];
            }
            worth[neuron] = read * written;
        }
        int[] chosen = IntStream.range(0, inner)
                .boxed()
                .sorted(Comparator.comparingDouble(neuron -> -worth[neuron]))
                .limit(kept)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        float[] newIn = new float[width * kept];
        float[] newBias = new float[kept];
        float[] newOut = new float[kept * width];
        for (int j = 0; j < kept; j++) {
            newBias[j] = bias[chosen[j]];
            System.arraycopy(out, chosen[j] * width, newOut, j * width, width);
            for (int i = 0; i < width; i++) {
                newIn[i * kept + j] = in[i * inner + chosen[j]];
            }
        }
        into.put(layer + ".fc1.weight", TensorData.ofFloats(layer + ".fc1.weight", newIn, width, kept));
        into.put(layer + ".fc1.bias", TensorData.ofFloats(layer + ".fc1.bias", newBias, kept));
        into.put(layer + ".fc2.weight", TensorData.ofFloats(layer + ".fc2.weight", newOut, kept, width));
    }
}
