package dev.busbar.translator.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** A constant tensor; its values stand in the file, little-endian, or in a data file beside it. */
public record TensorData(String name, DataType type, List<Long> shape, Content content) {
    public TensorData {
        shape = List.copyOf(shape);
    }

    /** Where the values are. */
    public sealed interface Content {
        record Inline(ByteString bytes) implements Content {}

        record External(String file, long offset, long length) implements Content {}
    }

    public static TensorData ofFloats(String name, float[] values, long... shape) {
        ByteBuffer bytes = buffer(values.length * 4);
        bytes.asFloatBuffer().put(values);
        return of(name, DataType.FLOAT, bytes, shape);
    }

    public static TensorData ofLongs(String name, long[] values, long... shape) {
        ByteBuffer bytes = buffer(values.length * 8);
        bytes.asLongBuffer().put(values);
        return of(name, DataType.INT64, bytes, shape);
    }

    public static TensorData ofBytes(String name, DataType type, byte[] values, long... shape) {
        return of(name, type, ByteBuffer.wrap(values), shape);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TensorData of(String name, DataType type, ByteBuffer bytes, long... shape) {
        return new TensorData(
                name,
                type,
                Arrays.stream(shape).boxed().toList(),
                new Content.Inline(UnsafeByteOperations.unsafeWrap(bytes)));
    }

    public TensorData named(String other) {
        return new TensorData(other, type, shape, content);
    }

    public TensorData with(Content other) {
        return new TensorData(name, type, shape, other);
    }

    public long elements() {
        return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    /** The bytes in the file; for values elsewhere see {@link OnnxFile#inlined}. */
    public ByteString bytes() {
        return switch (content) {
            case Content.Inline(ByteString bytes) -> bytes;
            case Content.External(String file, long offset, long length) ->
                throw new IllegalStateException("the values of %s are in %s".formatted(name, file));
        };
    }

    public float[] floats() {
        if (type != DataType.FLOAT) {
            throw new OnnxFormatException("%s has elements of type %s, not FLOAT".formatted(name, type));
        }
        float[] values = new float[Math.toIntExact(elements())];
        bytes().asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
