package dev.busbar.translator.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A tensor the runtime holds, in main memory or on a device; whoever made it or got it from a run closes it. */
@SuppressWarnings("restricted")
final class Tensor implements AutoCloseable {
    private final MemorySegment value;
    private boolean closed;

    /** Takes over a value of the runtime. */
    Tensor(MemorySegment value) {
        this.value = value;
    }

    /** A new tensor in main memory, not yet filled. */
    static Tensor allocate(ElementType type, long... shape) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment dimensions = arena.allocateFrom(ValueLayout.JAVA_LONG, shape);
            return new Tensor(Ort.pointer(
                    out -> Ort.CREATE_TENSOR.call(Ort.ALLOCATOR, dimensions, (long) shape.length, type.code(), out)));
        }
    }

    static Tensor ofLongs(long[] values, long... shape) {
        Tensor tensor = allocate(ElementType.INT64, shape);
        MemorySegment.copy(values, 0, tensor.data(values.length * 8L), ValueLayout.JAVA_LONG, 0, values.length);
        return tensor;
    }

    /** Whole numbers in the type the model wants them in. */
    static Tensor ofNumbers(ElementType type, int[] values, long... shape) {
        if (type == ElementType.INT64) {
            return ofLongs(Arrays.stream(values).asLongStream().toArray(), shape);
        }
        Tensor tensor = allocate(type, shape);
        MemorySegment data = tensor.data((long) values.length * type.bytes());
        for (int i = 0; i < values.length; i++) {
            switch (type) {
                case INT32 -> data.setAtIndex(ValueLayout.JAVA_INT, i, values[i]);
                case FLOAT -> data.setAtIndex(ValueLayout.JAVA_FLOAT, i, values[i]);
                case BOOL, INT8, UINT8 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
                case FLOAT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(values[i]));
                case INT64 -> throw new IllegalStateException("handled above");
            }
        }
        return tensor;
    }

    MemorySegment value() {
        return value;
    }

    long[] shape() {
        MemorySegment info = Ort.pointer(out -> Ort.TENSOR_TYPE_AND_SHAPE.call(value, out));
        try {
            return dimensions(info);
        } finally {
            Ort.RELEASE_TENSOR_TYPE.call(info);
        }
    }

    static long[] dimensions(MemorySegment info) {
        long count = Ort.number(out -> Ort.DIMENSIONS_COUNT.call(info, out));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment dimensions = arena.allocate(ValueLayout.JAVA_LONG, Math.max(count, 1));
            Ort.DIMENSIONS.call(info, dimensions, count);
            return dimensions.asSlice(0, count * 8).toArray(ValueLayout.JAVA_LONG);
        }
    }

    /** The contents; only for tensors in main memory, and only until it is closed. */
    MemorySegment data(long bytes) {
        return Ort.pointer(out -> Ort.TENSOR_DATA.call(value, out)).reinterpret(bytes);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Ort.RELEASE_VALUE.call(value);
        }
    }
}
