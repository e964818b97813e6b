package dev.busbar.translator.onnx;

import java.util.List;

/** The value of a node's attribute. */
public sealed interface Attribute {
    record OfFloat(float value) implements Attribute {}

    record OfLong(long value) implements Attribute {}

    record OfText(String value) implements Attribute {}

    record OfTensor(TensorData value) implements Attribute {}

    record OfGraph(Graph value) implements Attribute {}

    record OfFloats(List<Float> values) implements Attribute {}

    record OfLongs(List<Long> values) implements Attribute {}

    record OfTexts(List<String> values) implements Attribute {}

    static Attribute of(long value) {
        return new OfLong(value);
    }

    static Attribute of(float value) {
        return new OfFloat(value);
    }

    static Attribute of(long[] values) {
        return new OfLongs(java.util.Arrays.stream(values).boxed().toList());
    }
}
