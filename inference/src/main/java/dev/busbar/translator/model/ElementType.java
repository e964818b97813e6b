package dev.busbar.translator.model;

import java.util.Arrays;

/** The element types of tensors that translation models use, with the runtime's numbers for them. */
enum ElementType {
    FLOAT(1, Float.BYTES),
    UINT8(2, 1),
    INT8(3, 1),
    INT32(6, Integer.BYTES),
    INT64(7, Long.BYTES),
    BOOL(9, 1),
    FLOAT16(10, Short.BYTES);

    private final int code;
    private final int bytes;

    ElementType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    int code() {
        return code;
    }

    int bytes() {
        return bytes;
    }

    static ElementType of(int code) {
        return Arrays.stream(values())
                .filter(type -> type.code == code)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("tensors of element type %d are not supported".formatted(code)));
    }
}
