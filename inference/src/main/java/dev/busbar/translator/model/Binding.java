package dev.busbar.translator.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** One run of a session: its inputs where they lie, its outputs on the device or in main memory, nothing copied on the way. */
@SuppressWarnings("restricted")
final class Binding implements AutoCloseable {
    private final OrtSession session;
    private final MemorySegment binding;
    private int outputs;

    Binding(OrtSession session) {
        this.session = session;
        binding = Ort.pointer(out -> Ort.CREATE_BINDING.call(session.pointer(), out));
    }

    void input(OrtSession.Port port, Tensor tensor) {
        Ort.BIND_INPUT.call(binding, port.name(), tensor.value());
    }

    /** The output comes to main memory. */
    void outputToRead(OrtSession.Port port) {
        Ort.BIND_OUTPUT_TO_DEVICE.call(binding, port.name(), OrtSession.CPU_MEMORY);
        outputs++;
    }

    /** The output stays where the model runs. */
    void outputToKeep(OrtSession.Port port) {
        Ort.BIND_OUTPUT_TO_DEVICE.call(binding, port.name(), session.deviceMemory());
        outputs++;
    }

    /** The output is written where the tensor lies. */
    void outputInto(OrtSession.Port port, Tensor tensor) {
        Ort.BIND_OUTPUT.call(binding, port.name(), tensor.value());
        outputs++;
    }

    /** Runs, and gives the outputs in the order they were bound. */
    List<Tensor> run(RunSwitch runSwitch) {
        Ort.RUN_WITH_BINDING.call(session.pointer(), runSwitch.options(), binding);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(ValueLayout.ADDRESS);
            MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
            Ort.BOUND_OUTPUTS.call(binding, Ort.ALLOCATOR, values, count);
            MemorySegment array =
                    values.get(ValueLayout.ADDRESS, 0).reinterpret(outputs * ValueLayout.ADDRESS.byteSize());
            List<Tensor> tensors = new ArrayList<>(outputs);
            for (int i = 0; i < outputs; i++) {
                tensors.add(new Tensor(array.getAtIndex(ValueLayout.ADDRESS, i)));
            }
            Ort.ALLOCATOR_FREE.call(Ort.ALLOCATOR, array);
            return tensors;
        }
    }

    @Override
    public void close() {
        Ort.RELEASE_BINDING.call(binding);
    }
}
