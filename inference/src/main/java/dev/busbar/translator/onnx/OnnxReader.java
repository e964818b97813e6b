package dev.busbar.translator.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the protobuf form of ONNX; the numbers are the field numbers of onnx.proto. Comments and shapes inside are dropped. */
final class OnnxReader {
    private OnnxReader() {}

    static OnnxModel model(ByteString bytes) {
        long[] irVersion = {0};
        Map<String, Long> operatorSets = new HashMap<>();
        List<Graph> graphs = new ArrayList<>();
        fields(bytes, (field, in) -> {
            switch (field) {
                case 1 -> irVersion[0] = in.readInt64();
                case 7 -> graphs.add(graph(in.readBytes()));
                case 8 -> operatorSet(in.readBytes(), operatorSets);
                default -> in.skipField(in.getLastTag());
            }
        });
        if (graphs.size() != 1) {
            throw new OnnxFormatException("the file has %d graphs, not one".formatted(graphs.size()));
        }
        return new OnnxModel(irVersion[0], operatorSets, graphs.getFirst());
    }

    private static void operatorSet(ByteString bytes, Map<String, Long> into) {
        String[] domain = {""};
        long[] version = {1};
        fields(bytes, (field, in) -> {
            switch (field) {
                case 1 -> domain[0] = in.readString();
                case 2 -> version[0] = in.readInt64();
                default -> in.skipField(in.getLastTag());
            }
        });
        into.put(domain[0], version[0]);
    }

    private static Graph graph(ByteString bytes) {
        String[] name = {""};
        List<Node> nodes = new ArrayList<>();
        List<TensorData> initializers = new ArrayList<>();
        List<ValueInfo> inputs = new ArrayList<>();
        List<ValueInfo> outputs = new ArrayList<>();
        fields(bytes, (field, in) -> {
            switch (field) {
                case 1 -> nodes.add(node(in.readBytes()));
                case 2 -> name[0] = in.readString();
                case 5 -> initializers.add(TensorReader.tensor(in.readBytes()));
                case 11 -> inputs.add(valueInfo(in.readBytes()));
                case 12 -> outputs.add(valueInfo(in.readBytes()));
                default -> in.skipField(in.getLastTag());
            }
        });
        return new Graph(name[0], nodes, initializers, inputs, outputs);
    }

    private static Node node(ByteString bytes) {
        String[] texts = {"", "", ""};
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        Map<String, Attribute> attributes = new HashMap<>();
        fields(bytes, (field, in) -> {
            switch (field) {
                case 1 -> inputs.add(in.readString());
                case 2 -> outputs.add(in.readString());
                case 3 -> texts[0] = in.readString();
                case 4 -> texts[1] = in.readString();
                case 5 -> attribute(in.readBytes(), attributes);
                case 7 -> texts[2] = in.readString();
                default -> in.skipField(in.getLastTag());
            }
        });
        return new Node(texts[0], texts[2], texts[1], inputs, outputs, attributes);
    }

    private static void attribute(ByteString bytes, Map<String, Attribute> into) {
        String[] name = {""};
        int[] type = {0};
        List<Attribute> single = new ArrayList<>();
        List<Float> floats = new ArrayList<>();
        List<Long> longs = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        fields(bytes, (field, in) -> {
            switch (field) {
                case 1 -> name[0] = in.readString();
                case 2 -> single.add(new Attribute.OfFloat(in.readFloat()));
                case 3 -> single.add(new Attribute.OfLong(in.readInt64()));
                case 4 -> single.add(new Attribute.OfText(in.readString()));
                case 5 -> single.add(new Attribute.OfTensor(TensorReader.tensor(in.readBytes())));
                case 6 -> single.add(new Attribute.OfGraph(graph(in.readBytes())));
                case 7 -> repeated(in, () -> floats.add(in.readFloat()));
                case 8 -> repeated(in, () -> longs.add(in.readInt64()));
                case 9 -> texts.add(in.readString());
                case 20 -> type[0] = in.readEnum();
                default -> in.skipField(in.getLastTag());
            }
        });
        into.put(
                name[0],
                switch (type[0]) {
                    case 6 -> new Attribute.OfFloats(floats);
                    case 7 -> new Attribute.OfLongs(longs);
                    case 8 -> new Attribute.OfTexts(texts);
                    default -> {
                        // A writer may leave a zero out.
                        if (single.isEmpty() && type[0] == 2) {
                            yield new Attribute.OfLong(0);
                        }
                        if (single.isEmpty() && type[0] == 1) {
                            yield new Attribute.OfFloat(0);
                        }
                        if (single.isEmpty() && type[0] == 3) {
                            yield new Attribute.OfText("");
                        }
                        if (single.isEmpty()) {
                            throw new OnnxFormatException(
                                    "attribute %s has kind %d, which is not known".formatted(name[0], type[0]));
                        }
                        yield single.getLast();
                    }
                });
    }

    private static ValueInfo valueInfo(ByteString bytes) {
        String[] name = {""};
        DataType[] type = {DataType.FLOAT};
        List<String> shape = new ArrayList<>();
        fields(bytes, (field, in) -> {
            switch (field) {
                case 1 -> name[0] = in.readString();
                case 2 ->
                    fields(in.readBytes(), (typeField, typeIn) -> {
                        if (typeField != 1) {
                            typeIn.skipField(typeIn.getLastTag());
                            return;
                        }
                        fields(typeIn.readBytes(), (tensorField, tensorIn) -> {
                            switch (tensorField) {
                                case 1 -> type[0] = DataType.of(tensorIn.readInt32());
                                case 2 ->
                                    fields(tensorIn.readBytes(), (shapeField, shapeIn) -> {
                                        if (shapeField == 1) {
                                            shape.add(dimension(shapeIn.readBytes()));
                                        } else {
                                            shapeIn.skipField(shapeIn.getLastTag());
                                        }
                                    });
                                default -> tensorIn.skipField(tensorIn.getLastTag());
                            }
                        });
                    });
                default -> in.skipField(in.getLastTag());
            }
        });
        return new ValueInfo(name[0], type[0], shape);
    }

    private static String dimension(ByteString bytes) {
        String[] dimension = {"?"};
        fields(bytes, (field, in) -> {
            switch (field) {
                case 1 -> dimension[0] = Long.toString(in.readInt64());
                case 2 -> dimension[0] = in.readString();
                default -> in.skipField(in.getLastTag());
            }
        });
        return dimension[0];
    }

    /** Numbers come packed into one field, or one by one. */
    static void repeated(CodedInputStream in, Reading reading) throws IOException {
        if (WireFormat.getTagWireType(in.getLastTag()) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            reading.read();
            return;
        }
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            reading.read();
        }
        in.popLimit(limit);
    }

    static void fields(ByteString bytes, FieldReader reader) {
        try {
            CodedInputStream in = bytes.newCodedInput();
            in.enableAliasing(true);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                reader.read(WireFormat.getTagFieldNumber(tag), in);
            }
        } catch (IOException broken) {
            throw new OnnxFormatException("not an ONNX file, or a broken one: " + broken.getMessage());
        }
    }

    @FunctionalInterface
    interface FieldReader {
        void read(int field, CodedInputStream in) throws IOException;
    }

    @FunctionalInterface
    interface Reading {
        void read() throws IOException;
    }
}
