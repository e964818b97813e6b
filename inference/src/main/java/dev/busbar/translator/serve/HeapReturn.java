package dev.busbar.translator.serve;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;

/**
 * Makes the virtual machine give back heap that large requests needed. It collects only when it runs short, so that an idle
 * server would keep its largest heap for ever; the beat and the bounds may be set while it runs.
 */
public final class HeapReturn {
    private HeapReturn() {}

    /** Without effect on what was set on the command line. */
    public static void whenIdle() {
        byDefault("MinHeapFreeRatio", 10);
        byDefault("MaxHeapFreeRatio", 30);
        byDefault("G1PeriodicGCInterval", 15_000);
    }

    private static void byDefault(String name, int value) {
        HotSpotDiagnosticMXBean machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        VMOption option = machine.getVMOption(name);
        if (option.isWriteable() && option.getOrigin() == VMOption.Origin.DEFAULT) {
            machine.setVMOption(name, Integer.toString(value));
        }
    }
}
