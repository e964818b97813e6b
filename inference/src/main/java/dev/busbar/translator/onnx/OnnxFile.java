package dev.busbar.translator.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** ONNX models in files: the graph, and beside it a data file when the weights are to be mapped instead of read. */
public final class OnnxFile {
    /** What a page of memory starts at: weights that begin there can be mapped each for itself. */
    private static final int ALIGNMENT = 4096;

    /** Below this a tensor is a constant of the graph rather than a weight. */
    private static final int SMALL = 1024;

    private OnnxFile() {}

    /** Maps the file; weights are views into it, so nothing is read that is not used. */
    public static OnnxModel read(Path file) throws IOException {
        try {
            return OnnxReader.model(UnsafeByteOperations.unsafeWrap(map(file)));
        } catch (OnnxFormatException broken) {
            throw new OnnxFormatException("%s: %s".formatted(file, broken.getMessage()));
        }
    }

    public static OnnxModel parse(byte[] bytes) {
        return OnnxReader.model(ByteString.copyFrom(bytes));
    }

    public static byte[] bytes(OnnxModel model) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            OnnxWriter.write(model, out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    public static void write(OnnxModel model, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            OnnxWriter.write(model, out);
        }
    }

    /** Writes the graph to the file and its weights to one beside it with {@code _data} behind its name. */
    public static void writeWithExternalData(OnnxModel model, Path file) throws IOException {
        Path data = file.resolveSibling(file.getFileName() + "_data");
        List<TensorData> initializers = new ArrayList<>();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(data), 1 << 20)) {
            long offset = 0;
            for (TensorData tensor : model.graph().initializers()) {
                ByteString bytes = tensor.bytes();
                if (bytes.size() < SMALL) {
                    initializers.add(tensor);
                    continue;
                }
                int gap = (int) (Math.ceilDiv(offset, (long) ALIGNMENT) * ALIGNMENT - offset);
                out.write(new byte[gap]);
                bytes.writeTo(out);
                initializers.add(tensor.with(
                        new TensorData.Content.External(data.getFileName().toString(), offset + gap, bytes.size())));
                offset += gap + bytes.size();
            }
        }
        write(model.with(model.graph().with(model.graph().nodes(), initializers)), file);
    }

    /** The model with all values in it, those from data files beside the given file mapped. */
    public static OnnxModel inlined(OnnxModel model, Path file) throws IOException {
        List<TensorData> initializers = new ArrayList<>();
        for (TensorData tensor : model.graph().initializers()) {
            initializers.add(
                    switch (tensor.content()) {
                        case TensorData.Content.Inline _ -> tensor;
                        case TensorData.Content.External(String name, long offset, long length) ->
                            tensor.with(
                                    new TensorData.Content.Inline(slice(file.resolveSibling(name), offset, length)));
                    });
        }
        return model.with(model.graph().with(model.graph().nodes(), initializers));
    }

    private static ByteString slice(Path file, long offset, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return UnsafeByteOperations.unsafeWrap(channel.map(FileChannel.MapMode.READ_ONLY, offset, length));
        }
    }

    private static MappedByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }
}
