package dev.busbar.translator.onnx;

/** Floats to 8-bit integers with one scale for each column: symmetric, so that a column's zero is 0. */
final class Quantizer {
    /** One less than the type allows, so that the range is the same on both sides. */
    private static final int MAX = 127;

    private Quantizer() {}

    /** A quantised matrix: value = integer × scale of its column. */
    record Columns(TensorData values, TensorData scales, TensorData zeros) {}

    /** The matrix as [rows, columns]. */
    static Columns columns(TensorData matrix) {
        int rows = Math.toIntExact(matrix.shape().get(0));
        int columns = Math.toIntExact(matrix.shape().get(1));
        float[] floats = matrix.floats();
        float[] scales = new float[columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                scales[column] = Math.max(scales[column], Math.abs(floats[row * columns + column]));
            }
        }
        for (int column = 0; column < columns; column++) {
            scales[column] = scales[column] == 0 ? 1 : scales[column] / MAX;
        }
        byte[] values = new byte[floats.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                values[row * columns + column] = quantized(floats[row * columns + column], scales[column]);
            }
        }
        String name = matrix.name();
        return new Columns(
                TensorData.ofBytes(name + "_quantized", DataType.INT8, values, rows, columns),
                TensorData.ofFloats(name + "_scale", scales, columns),
                TensorData.ofBytes(name + "_zero_point", DataType.INT8, new byte[columns], columns));
    }

    static byte quantized(float value, float scale) {
        return (byte) Math.clamp(Math.round(value / scale), -MAX, MAX);
    }

    /** A table of vectors as [rows, columns] with one scale for each row. */
    record Rows(TensorData values, TensorData scales) {}

    static Rows rows(TensorData table) {
        int rows = Math.toIntExact(table.shape().get(0));
        int columns = Math.toIntExact(table.shape().get(1));
        float[] floats = table.floats();
        float[] scales = new float[rows];
        byte[] values = new byte[floats.length];
        for (int row = 0; row < rows; row++) {
            float max = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                max = Math.max(max, Math.abs(floats[i]));
            }
            scales[row] = max == 0 ? 1 : max / MAX;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                values[i] = quantized(floats[i], scales[row]);
            }
        }
        return new Rows(
                TensorData.ofBytes(table.name() + "_quantized", DataType.INT8, values, rows, columns),
                TensorData.ofFloats(table.name() + "_scale", scales, rows));
    }

    /** [rows, columns] to [columns, rows]. */
    static TensorData transposed(TensorData matrix) {
        int rows = Math.toIntExact(matrix.shape().get(0));
        int columns = Math.toIntExact(matrix.shape().get(1));
        byte[] from = matrix.bytes().toByteArray();
        byte[] to = new byte[from.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = from[row * columns + column];
            }
        }
        return TensorData.ofBytes(matrix.name() + "_transposed", matrix.type(), to, columns, rows);
    }
}
