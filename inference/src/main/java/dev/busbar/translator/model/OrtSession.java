package dev.busbar.translator.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** One loaded graph, with the names, types and shapes that it says it has. */
@SuppressWarnings("restricted")
final class OrtSession implements AutoCloseable {
    private final MemorySegment session;
    private final Arena names = Arena.ofShared();
    private final Map<String, Port> inputs;
    private final Map<String, Port> outputs;
    private final MemorySegment device;

    /** An input or output: its name for the runtime, its element type, and its shape with -1 where it varies. */
    @SuppressWarnings("ArrayRecordComponent") // made once, read often, changed never
    record Port(MemorySegment name, ElementType type, long[] shape) {
        @Override
        public String toString() {
            return type + java.util.Arrays.toString(shape);
        }
    }

    private OrtSession(MemorySegment session, Device place) {
        this.session = session;
        inputs = ports(Ort.INPUT_COUNT, Ort.INPUT_NAME, Ort.INPUT_TYPE);
        outputs = ports(Ort.OUTPUT_COUNT, Ort.OUTPUT_NAME, Ort.OUTPUT_TYPE);
        device = switch (place) {
            case Device.Cpu() -> CPU_MEMORY;
            case Device.Cuda(int number, long limit) -> Ort.memory("Cuda", number);
        };
    }

    static final MemorySegment CPU_MEMORY = Ort.memory("Cpu", 0);

    static OrtSession open(Path file, SessionSettings settings) {
        try (Arena arena = Arena.ofConfined();
                OrtOptions options = new OrtOptions(settings)) {
            return new OrtSession(
                    Ort.pointer(out -> Ort.CREATE_SESSION.call(
                            Ort.ENVIRONMENT, Ort.text(arena, file.toString()), options.pointer(), out)),
                    settings.device());
        }
    }

    static OrtSession open(byte[] graph, SessionSettings settings) {
        try (Arena arena = Arena.ofConfined();
                OrtOptions options = new OrtOptions(settings)) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, graph);
            return new OrtSession(
                    Ort.pointer(out -> Ort.CREATE_SESSION_FROM_ARRAY.call(
                            Ort.ENVIRONMENT, bytes, bytes.byteSize(), options.pointer(), out)),
                    settings.device());
        }
    }

    Map<String, Port> inputs() {
        return inputs;
    }

    Map<String, Port> outputs() {
        return outputs;
    }

    Port input(String name) {
        return port(inputs, name);
    }

    Port output(String name) {
        return port(outputs, name);
    }

    private static Port port(Map<String, Port> ports, String name) {
        Port port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException("the graph has no %s, only %s".formatted(name, ports.keySet()));
        }
        return port;
    }

    MemorySegment pointer() {
        return session;
    }

    /** Where outputs that stay with the model are put. */
    MemorySegment deviceMemory() {
        return device;
    }

    private Map<String, Port> ports(Ort.Function count, Ort.Function name, Ort.Function type) {
        Map<String, Port> ports = new LinkedHashMap<>();
        long n = Ort.number(out -> count.call(session, out));
        for (long i = 0; i < n; i++) {
            long index = i;
            MemorySegment text = Ort.pointer(out -> name.call(session, index, Ort.ALLOCATOR, out))
                    .reinterpret(1 << 16);
            String string = text.getString(0);
            Ort.ALLOCATOR_FREE.call(Ort.ALLOCATOR, text);
            MemorySegment info = Ort.pointer(out -> type.call(session, index, out));
            try {
                MemorySegment tensor = Ort.pointer(out -> Ort.TYPE_AS_TENSOR.call(info, out));
                int code = (int) Ort.number(out -> Ort.ELEMENT_TYPE.call(tensor, out));
                ports.put(
                        string, new Port(names.allocateFrom(string), ElementType.of(code), Tensor.dimensions(tensor)));
            } finally {
                Ort.RELEASE_TYPE.call(info);
            }
        }
        return ports;
    }

    @Override
    public void close() {
        Ort.RELEASE_SESSION.call(session);
        names.close();
    }
}
