package dev.busbar.translator.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A model's trained numbers by the names the models' own software gives them, as {@code
 * encoder.layers.0.self_attn.q_proj.weight}; the matrices of products lie as [in, out].
 */
public final class Weights {
    private final Map<String, TensorData> byName;

    Weights(Map<String, TensorData> byName) {
        this.byName = Map.copyOf(byName);
    }

    public TensorData get(String name) {
        TensorData tensor = byName.get(name);
        if (tensor == null) {
            throw new OnnxFormatException("the weight %s is missing".formatted(name));
        }
        return tensor;
    }

    public boolean has(String name) {
        return byName.containsKey(name);
    }

    Weights with(Map<String, TensorData> others) {
        Map<String, TensorData> all = new HashMap<>(byName);
        all.putAll(others);
        return new Weights(all);
    }

    /** Numbers drawn from the seed: a model that says nothing sensible, always the same nothing. */
    public static Weights random(MarianShape shape, long seed) {
        Drawing drawing = new Drawing(seed);
        int d = shape.width();
        drawing.matrix("shared.weight", shape.vocabulary(), d, 1 / Math.sqrt(d));
        drawing.vector("final_logits_bias", shape.vocabulary(), 0, 0.1);
        drawing.positions(shape.positions(), d);
        for (int i = 0; i < shape.encoderLayers(); i++) {
            String layer = "encoder.layers." + i;
            drawing.attention(layer + ".self_attn", d);
            drawing.block(layer, shape);
        }
        for (int i = 0; i < shape.decoderLayers(); i++) {
            String layer = "decoder.layers." + i;
            drawing.attention(layer + ".self_attn", d);
            drawing.attention(layer + ".encoder_attn", d);
            drawing.block(layer, shape);
        }
        drawing.norm("encoder.layer_norm", d);
        drawing.norm("decoder.layer_norm", d);
        return new Weights(drawing.drawn);
    }

    private static final class Drawing {
        private final Map<String, TensorData> drawn = new HashMap<>();
        private final SplittableRandom random;

        Drawing(long seed) {
            random = new SplittableRandom(seed);
        }

        void attention(String name, int width) {
            for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
                linear(name + "." + projection, width, width);
            }
            norm(name + "_layer_norm", width);
        }

        void block(String layer, MarianShape shape) {
            linear(layer + ".fc1", shape.width(), shape.inner());
            linear(layer + ".fc2", shape.inner(), shape.width());
            norm(layer + ".final_layer_norm", shape.width());
        }

        void linear(String name, int in, int out) {
            matrix(name + ".weight", in, out, 1.5 / Math.sqrt(in));
            vector(name + ".bias", out, 0, 0.02);
        }

        void norm(String name, int width) {
            vector(name + ".weight", width, 1, 0.02);
            vector(name + ".bias", width, 0, 0.02);
        }

        void matrix(String name, int rows, int columns, double spread) {
            drawn.put(name, TensorData.ofFloats(name, draw(rows * columns, 0, spread), rows, columns));
        }

        void vector(String name, int length, double mean, double spread) {
            drawn.put(name, TensorData.ofFloats(name, draw(length, mean, spread), length));
        }

        /** Sines in the first half of the width, cosines in the second. */
        void positions(int count, int width) {
            float[] table = new float[count * width];
            for (int position = 0; position < count; position++) {
                for (int i = 0; i < width / 2; i++) {
                    double angle = position / Math.pow(10000, 2.0 * i / width);
                    table[position * width + i] = (float) Math.sin(angle);
                    table[position * width + width / 2 + i] = (float) Math.cos(angle);
                }
            }
            drawn.put("positions", TensorData.ofFloats("positions", table, count, width));
        }

        private float[] draw(int count, double mean, double spread) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) (mean + spread * random.nextGaussian());
            }
            return values;
        }
    }
}
