package dev.busbar.translator.model;

import dev.busbar.translator.onnx.Attribute;
import dev.busbar.translator.onnx.DataType;
import dev.busbar.translator.onnx.GraphBuilder;
import dev.busbar.translator.onnx.OnnxFile;
import dev.busbar.translator.onnx.OnnxModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Picks rows of many tensors at once by a small graph of its own, so that a cache on a device never leaves it. */
final class RowSelector implements AutoCloseable {
    private final SessionSettings settings;
    private final Map<String, OrtSession> sessions = new ConcurrentHashMap<>();

    RowSelector(SessionSettings settings) {
        this.settings = settings;
    }

    /** The rows of each tensor along its first dimension; the tensors given stay open. */
    List<Tensor> select(List<Tensor> tensors, List<Slot> kinds, int[] rows, RunSwitch runSwitch) {
        String signature = kinds.stream()
                .map(kind -> kind.port().type() + "/" + kind.port().shape().length)
                .collect(Collectors.joining(","));
        OrtSession session = sessions.computeIfAbsent(signature, key -> build(kinds));
        try (Binding binding = new Binding(session);
                Tensor index = Tensor.ofLongs(Arrays.stream(rows).asLongStream().toArray(), rows.length)) {
            binding.input(session.input("rows"), index);
            for (int i = 0; i < tensors.size(); i++) {
                binding.input(session.input("in." + i), tensors.get(i));
                binding.outputToKeep(session.output("out." + i));
            }
            return binding.run(runSwitch);
        }
    }

    /** Whether what runs need comes from arenas of the sessions' own, which may shrink. */
    boolean hasArenaInMainMemory() {
        return settings.device() instanceof Device.Cpu && settings.memory() == SessionSettings.MemorySource.OWN_ARENA;
    }

    private OrtSession build(List<Slot> kinds) {
        GraphBuilder graph = new GraphBuilder("select rows");
        String rows = graph.input("rows", DataType.INT64, "selected");
        for (int i = 0; i < kinds.size(); i++) {
            OrtSession.Port port = kinds.get(i).port();
            DataType type = DataType.of(port.type().code());
            Object[] shape = new Object[port.shape().length];
            Arrays.setAll(shape, dimension -> "d" + dimension);
            String in = graph.input("in." + i, type, shape);
            String name = "out." + i;
            graph.add(new dev.busbar.translator.onnx.Node(
                    name, "", "Gather", List.of(in, rows), List.of(name), Map.of("axis", Attribute.of(0L))));
            shape[0] = "selected";
            graph.declareOutput(name, type, shape);
        }
        return OrtSession.open(OnnxFile.bytes(OnnxModel.of(graph.build())), settings);
    }

    @Override
    public void close() {
        sessions.values().forEach(OrtSession::close);
    }
}
