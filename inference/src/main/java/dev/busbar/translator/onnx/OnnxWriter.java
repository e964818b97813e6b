package dev.busbar.translator.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** Writes the protobuf form of ONNX; the numbers are the field numbers of onnx.proto. */
final class OnnxWriter {
    private OnnxWriter() {}

    static void write(OnnxModel model, OutputStream out) throws IOException {
        CodedOutputStream coded = CodedOutputStream.newInstance(out, 1 << 16);
        writeModel(model, coded);
        coded.flush();
    }

    private static void writeModel(OnnxModel model, CodedOutputStream out) throws IOException {
        out.writeInt64(1, model.irVersion());
        out.writeString(2, "busbar");
        message(out, 7, inner -> graph(model.graph(), inner));
        for (Map.Entry<String, Long> set : new TreeMap<>(model.operatorSets()).entrySet()) {
            message(out, 8, inner -> {
                inner.writeString(1, set.getKey());
                inner.writeInt64(2, set.getValue());
            });
        }
    }

    private static void graph(Graph graph, CodedOutputStream out) throws IOException {
        for (Node node : graph.nodes()) {
            message(out, 1, inner -> node(node, inner));
        }
        out.writeString(2, graph.name());
        for (TensorData tensor : graph.initializers()) {
            message(out, 5, inner -> tensor(tensor, inner));
        }
        for (ValueInfo input : graph.inputs()) {
            message(out, 11, inner -> valueInfo(input, inner));
        }
        for (ValueInfo output : graph.outputs()) {
            message(out, 12, inner -> valueInfo(output, inner));
        }
    }

    private static void node(Node node, CodedOutputStream out) throws IOException {
        for (String input : node.inputs()) {
            out.writeString(1, input);
        }
        for (String output : node.outputs()) {
            out.writeString(2, output);
        }
        out.writeString(3, node.name());
        out.writeString(4, node.operator());
        for (Map.Entry<String, Attribute> attribute : node.attributes().entrySet()) {
            message(out, 5, inner -> attribute(attribute.getKey(), attribute.getValue(), inner));
        }
        out.writeString(7, node.domain());
    }

    private static void attribute(String name, Attribute attribute, CodedOutputStream out) throws IOException {
        out.writeString(1, name);
        switch (attribute) {
            case Attribute.OfFloat(float value) -> out.writeFloat(2, value);
            case Attribute.OfLong(long value) -> out.writeInt64(3, value);
            case Attribute.OfText(String value) -> out.writeString(4, value);
            case Attribute.OfTensor(TensorData value) -> message(out, 5, inner -> tensor(value, inner));
            case Attribute.OfGraph(Graph value) -> message(out, 6, inner -> graph(value, inner));
            case Attribute.OfFloats(var values) -> {
                for (float value : values) {
                    out.writeFloat(7, value);
                }
            }
            case Attribute.OfLongs(var values) -> {
                for (long value : values) {
                    out.writeInt64(8, value);
                }
            }
            case Attribute.OfTexts(var values) -> {
                for (String value : values) {
                    out.writeString(9, value);
                }
            }
        }
        out.writeEnum(20, kind(attribute));
    }

    private static int kind(Attribute attribute) {
        return switch (attribute) {
            case Attribute.OfFloat _ -> 1;
            case Attribute.OfLong _ -> 2;
            case Attribute.OfText _ -> 3;
            case Attribute.OfTensor _ -> 4;
            case Attribute.OfGraph _ -> 5;
            case Attribute.OfFloats _ -> 6;
            case Attribute.OfLongs _ -> 7;
            case Attribute.OfTexts _ -> 8;
        };
    }

    private static void tensor(TensorData tensor, CodedOutputStream out) throws IOException {
        for (long dimension : tensor.shape()) {
            out.writeInt64(1, dimension);
        }
        out.writeInt32(2, tensor.type().code());
        out.writeString(8, tensor.name());
        switch (tensor.content()) {
            case TensorData.Content.Inline(ByteString bytes) -> out.writeBytes(9, bytes);
            case TensorData.Content.External(String file, long offset, long length) -> {
                entry(out, "location", file);
                entry(out, "offset", Long.toString(offset));
                entry(out, "length", Long.toString(length));
                out.writeEnum(14, 1);
            }
        }
    }

    private static void entry(CodedOutputStream out, String key, String value) throws IOException {
        message(out, 13, inner -> {
            inner.writeString(1, key);
            inner.writeString(2, value);
        });
    }

    private static void valueInfo(ValueInfo value, CodedOutputStream out) throws IOException {
        out.writeString(1, value.name());
        message(
                out,
                2,
                type -> message(type, 1, tensor -> {
                    tensor.writeInt32(1, value.type().code());
                    message(tensor, 2, shape -> {
                        for (String dimension : value.shape()) {
                            message(shape, 1, inner -> dimension(dimension, inner));
                        }
                    });
                }));
    }

    private static void dimension(String dimension, CodedOutputStream out) throws IOException {
        if (dimension.chars().allMatch(Character::isDigit)) {
            out.writeInt64(1, Long.parseLong(dimension));
        } else {
            out.writeString(2, dimension);
        }
    }

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    /** A message inside another is written twice: once to learn its length, once into its place. */
    private static void message(CodedOutputStream out, int field, Writing writing) throws IOException {
        out.writeTag(field, 2);
        out.writeUInt32NoTag(length(writing));
        writing.to(out);
    }

    private static int length(Writing writing) {
        try {
            CodedOutputStream counting = CodedOutputStream.newInstance(OutputStream.nullOutputStream(), 1 << 12);
            writing.to(counting);
            counting.flush();
            return counting.getTotalBytesWritten();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
