package dev.busbar.translator.onnx;

import java.util.List;
import java.util.stream.Collectors;

/** Weights put side by side, so that one product does the work of several. */
final class Joined {
    private Joined() {}

    static TensorData columns(List<TensorData> matrices) {
        if (matrices.size() == 1) {
            return matrices.getFirst();
        }
        int rows = Math.toIntExact(matrices.getFirst().shape().get(0));
        int columns = matrices.stream().mapToInt(Joined::width).sum();
        float[] joined = new float[rows * columns];
        int offset = 0;
        for (TensorData matrix : matrices) {
            float[] values = matrix.floats();
            int width = width(matrix);
            for (int row = 0; row < rows; row++) {
                System.arraycopy(values, row * width, joined, row * columns + offset, width);
            }
            offset += width;
        }
        return TensorData.ofFloats(name(matrices), joined, rows, columns);
    }

    static TensorData vectors(List<TensorData> vectors) {
        if (vectors.size() == 1) {
            return vectors.getFirst();
        }
        float[] joined = new float
                [Math.toIntExact(
                        vectors.stream().mapToLong(TensorData::elements).sum())];
        int offset = 0;
        for (TensorData vector : vectors) {
            float[] values = vector.floats();
            System.arraycopy(values, 0, joined, offset, values.length);
            offset += values.length;
        }
        return TensorData.ofFloats(name(vectors), joined, joined.length);
    }

    private static int width(TensorData matrix) {
        return Math.toIntExact(matrix.shape().get(1));
    }

    private static String name(List<TensorData> parts) {
        return parts.stream().map(TensorData::name).collect(Collectors.joining("+"));
    }
}
