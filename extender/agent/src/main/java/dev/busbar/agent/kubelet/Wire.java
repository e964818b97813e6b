package dev.busbar.agent.kubelet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a protobuf message field by field: the six fields we need of two messages do not pay for a code generator and
 * its library. {@link #next()} moves on, {@link #field()} says where; what is not read is passed over.
 */
final class Wire {

    private final byte[] bytes;
    private final int end;
    private int at;
    private int tag;
    private int valueEnd;

    Wire(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private Wire(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.valueEnd = from;
    }

    boolean next() throws IOException {
        at = valueEnd;
        if (at == end) {
            return false;
        }
        tag = (int) varint();
        valueEnd = switch (tag & 7) {
            case 0 -> endOfVarint();
            case 1 -> within(at, 8);
            case 2 -> {
                long length = varint();
                yield within(at, length);
            }
            case 5 -> within(at, 4);
            default -> throw new IOException("protobuf wire type %d at byte %d".formatted(tag & 7, at));
        };
        return true;
    }

    int field() {
        return tag >>> 3;
    }

    String text() throws IOException {
        return new String(bytes, at, lengthOfBytes(), StandardCharsets.UTF_8);
    }

    Wire message() throws IOException {
        return new Wire(bytes, at, at + lengthOfBytes());
    }

    /** One number, or several packed into one field. */
    long[] numbers() throws IOException {
        if ((tag & 7) == 0) {
            return new long[] {varint()};
        }
        var numbers = new long[lengthOfBytes()];
        int count = 0;
        while (at < valueEnd) {
            numbers[count++] = varint();
        }
        return Arrays.copyOf(numbers, count);
    }

    private int lengthOfBytes() throws IOException {
        if ((tag & 7) != 2) {
            throw new IOException("protobuf field %d has wire type %d, not 2".formatted(field(), tag & 7));
        }
        return valueEnd - at;
    }

    private int within(int from, long length) throws IOException {
        if (length < 0 || length > end - from) {
            throw new IOException("protobuf field %d ends behind its message".formatted(field()));
        }
        return (int) (from + length);
    }

    private int endOfVarint() throws IOException {
        int start = at;
        varint();
        int after = at;
        at = start;
        return after;
    }

    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at == end) {
                throw new IOException("protobuf message ends inside a number");
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IOException("protobuf number has more than ten bytes");
    }
}
