package dev.busbar.translator.onnx;

import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** What can be told of a graph without its weights or attributes: which operators it uses, and what it takes. */
public record GraphOutline(Set<String> operators, Set<String> inputs) {
    public GraphOutline {
        operators = Set.copyOf(operators);
        inputs = Set.copyOf(inputs);
    }

    /** Only the pages of the file that hold these names are read. */
    public static GraphOutline read(Path file) throws IOException {
        Set<String> operators = new HashSet<>();
        Set<String> inputs = new HashSet<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var bytes = UnsafeByteOperations.unsafeWrap(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
            OnnxReader.fields(bytes, (field, in) -> {
                if (field == 7) {
                    OnnxReader.fields(in.readBytes(), (part, graph) -> {
                        switch (part) {
                            case 1 -> OnnxReader.fields(graph.readBytes(), textAt(4, operators));
                            case 11 -> OnnxReader.fields(graph.readBytes(), textAt(1, inputs));
                            default -> graph.skipField(graph.getLastTag());
                        }
                    });
                } else {
                    in.skipField(in.getLastTag());
                }
            });
        }
        return new GraphOutline(operators, inputs);
    }

    private static OnnxReader.FieldReader textAt(int wanted, Set<String> texts) {
        return (field, in) -> {
            if (field == wanted) {
                texts.add(in.readString());
            } else {
                in.skipField(in.getLastTag());
            }
        };
    }
}
