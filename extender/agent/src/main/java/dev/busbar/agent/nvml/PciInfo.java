package dev.busbar.agent.nvml;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** The head of nvmlPciInfo_t, which all versions share: 16 bytes of text, then domain, bus and device. */
final class PciInfo {

    private PciInfo() {}

    /** As the kernel writes it: {@code 0000:07:00.0}. */
    static String busId(MemorySegment info) {
        return "%04x:%02x:%02x.0"
                .formatted(
                        info.get(JAVA_INT_UNALIGNED, 16),
                        info.get(JAVA_INT_UNALIGNED, 20) & 0xff,
                        info.get(JAVA_INT_UNALIGNED, 24) & 0x1f);
    }
}
