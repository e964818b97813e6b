package dev.busbar.translator.onnx;

import java.util.Arrays;
import java.util.List;

/** An input or output: its name, element type, and a dimension each, a number or a name where it varies. */
public record ValueInfo(String name, DataType type, List<String> shape) {
    public ValueInfo {
        shape = List.copyOf(shape);
    }

    /** Dimensions as "batch", 8, "length". */
    public static ValueInfo of(String name, DataType type, Object... shape) {
        return new ValueInfo(
                name, type, Arrays.stream(shape).map(String::valueOf).toList());
    }
}
