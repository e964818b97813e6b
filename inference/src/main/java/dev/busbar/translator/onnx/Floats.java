package dev.busbar.translator.onnx;

import com.google.protobuf.ByteString;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Other kinds of numbers made floats. */
final class Floats {
    private Floats() {}

    static TensorData of(TensorData tensor) {
        return switch (tensor.type()) {
            case FLOAT -> tensor;
            case FLOAT16 -> {
                ShortBuffer halves = tensor.bytes()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asShortBuffer();
                float[] values = new float[halves.remaining()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(halves.get(i));
                }
                yield TensorData.ofFloats(tensor.name(), values, shape(tensor.shape()));
            }
            default ->
                throw new OnnxFormatException(
                        "%s has elements of type %s, not floats".formatted(tensor.name(), tensor.type()));
        };
    }

    /** [rows, columns] to [columns, rows]. */
    static TensorData turned(TensorData matrix) {
        int rows = Math.toIntExact(matrix.shape().get(0));
        int columns = Math.toIntExact(matrix.shape().get(1));
        float[] from = matrix.floats();
        float[] to = new float[from.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = from[row * columns + column];
            }
        }
        return TensorData.ofFloats(matrix.name(), to, columns, rows);
    }

    /** (integer - zero point) × scale, with one of both for the tensor or one for each column. */
    static TensorData dequantized(TensorData integers, TensorData scale, @Nullable TensorData zeroPoint) {
        boolean signed = integers.type() == DataType.INT8;
        if (!signed && integers.type() != DataType.UINT8) {
            throw new OnnxFormatException(
                    "%s has elements of type %s, not bytes".formatted(integers.name(), integers.type()));
        }
        float[] scales = scale.floats();
        byte[] zeros = zeroPoint == null ? new byte[1] : zeroPoint.bytes().toByteArray();
        ByteString bytes = integers.bytes();
        int columns = Math.toIntExact(integers.shape().getLast());
        if (scales.length != 1 && scales.length != columns) {
            throw new OnnxFormatException(
                    "%s has %d scales, expected 1 or %d".formatted(integers.name(), scales.length, columns));
        }
        float[] values = new float[bytes.size()];
        for (int i = 0; i < values.length; i++) {
            int column = scales.length == 1 ? 0 : i % columns;
            byte zero = zeros[zeros.length == 1 ? 0 : column];
            int difference = signed ? bytes.byteAt(i) - zero : (bytes.byteAt(i) & 0xff) - (zero & 0xff);
            values[i] = difference * scales[column];
        }
        return TensorData.ofFloats(integers.name(), values, shape(integers.shape()));
    }

    private static long[] shape(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
