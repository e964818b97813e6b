package dev.busbar.translator.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads tensors; whichever of the format's ways their values are written in, they come out as little-endian bytes. */
final class TensorReader {
    private String name = "";
    private DataType type = DataType.FLOAT;
    private final List<Long> shape = new ArrayList<>();
    private ByteString raw = ByteString.EMPTY;
    private final List<Number> values = new ArrayList<>();
    private final Map<String, String> external = new HashMap<>();

    private TensorReader() {}

    static TensorData tensor(ByteString bytes) {
        TensorReader reader = new TensorReader();
        OnnxReader.fields(bytes, reader::field);
        return reader.tensor();
    }

    private void field(int field, CodedInputStream in) throws IOException {
        switch (field) {
            case 1 -> OnnxReader.repeated(in, () -> shape.add(in.readInt64()));
            case 2 -> type = DataType.of(in.readInt32());
            case 4 -> OnnxReader.repeated(in, () -> values.add(in.readFloat()));
            case 5 -> OnnxReader.repeated(in, () -> values.add(in.readInt32()));
            case 7, 11 -> OnnxReader.repeated(in, () -> values.add(in.readInt64()));
            case 8 -> name = in.readString();
            case 9 -> raw = in.readBytes();
            case 10 -> OnnxReader.repeated(in, () -> values.add(in.readDouble()));
            case 13 -> entry(in.readBytes());
            default -> in.skipField(in.getLastTag());
        }
    }

    private void entry(ByteString bytes) {
        String[] pair = {"", ""};
        OnnxReader.fields(bytes, (field, in) -> {
            switch (field) {
                case 1 -> pair[0] = in.readString();
                case 2 -> pair[1] = in.readString();
                default -> in.skipField(in.getLastTag());
            }
        });
        external.put(pair[0], pair[1]);
    }

    private TensorData tensor() {
        return new TensorData(name, type, shape, content());
    }

    private TensorData.Content content() {
        String file = external.get("location");
        if (file != null) {
            long length = shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact) * type.bytes();
            return new TensorData.Content.External(
                    file,
                    Long.parseLong(external.getOrDefault("offset", "0")),
                    Long.parseLong(external.getOrDefault("length", Long.toString(length))));
        }
        return new TensorData.Content.Inline(values.isEmpty() ? raw : packed());
    }

    private ByteString packed() {
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (Number value : values) {
            switch (type) {
                case FLOAT -> bytes.putFloat(value.floatValue());
                case DOUBLE -> bytes.putDouble(value.doubleValue());
                case INT64, UINT64 -> bytes.putLong(value.longValue());
                case INT32, UINT32 -> bytes.putInt(value.intValue());
                case INT16, UINT16, FLOAT16, BFLOAT16 -> bytes.putShort(value.shortValue());
                case INT8, UINT8, BOOL -> bytes.put(value.byteValue());
                case STRING, INT4, UINT4 ->
                    throw new OnnxFormatException("tensor %s has elements of type %s".formatted(name, type));
            }
        }
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }
}
