package dev.busbar.agent.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for the driver's error events on a thread of its own, for as long as the process lives. */
public final class XidWatch {

    private static final long XID = 8; // nvmlEventTypeXidCriticalError
    private static final int WAIT_MILLISECONDS = 5_000;
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration BREATH = Duration.ofMillis(100);

    /** Hears of an error by the GPU's UUID and the XID number. */
    public interface Listener {
        void heard(String uuid, long xid);
    }

    private final String file;
    private final Listener listener;

    public XidWatch(String file, Listener listener) {
        this.file = file.isEmpty() ? NvmlLibrary.DEFAULT : file;
        this.listener = listener;
    }

    public void start() {
        Thread.ofPlatform().daemon().name("nvml-events").start(this::run);
    }

    private void run() {
        while (true) {
            NvmlLibrary.open(file).ifPresent(this::listen);
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /** Returns when the driver refuses, as it does without one or when it is unloaded. */
    private void listen(NvmlLibrary nvml) {
        var reader = new NvmlReader(nvml);
        if (!reader.init().ok()) {
            return;
        }
        try (var arena = Arena.ofConfined()) {
            var handle = arena.allocate(ADDRESS);
            if (!nvml.call(NvmlFunction.EVENT_SET, handle).ok()) {
                return;
            }
            var set = handle.get(ADDRESS, 0);
            reader.devices(_ -> {}, (_, device) -> nvml.call(NvmlFunction.REGISTER_EVENTS, device, XID, set));
            // nvmlEventData_t: device, type, data, and two numbers of MIG
            for (var event = arena.allocate(32, 8); await(nvml, set, event); ) {
                tell(reader, event);
            }
        }
    }

    /** True for an event, and also after a wait in vain, with type 0. */
    private static boolean await(NvmlLibrary nvml, MemorySegment set, MemorySegment event) {
        LockSupport.parkNanos(BREATH.toNanos()); // for drivers that do not wait, or have errors without end
        event.fill((byte) 0);
        var code = nvml.call(NvmlFunction.WAIT_FOR_EVENT, set, event, WAIT_MILLISECONDS);
        return code.ok() || code.isTimeout();
    }

    private void tell(NvmlReader reader, MemorySegment event) {
        if ((event.get(JAVA_LONG, 8) & XID) == 0) {
            return;
        }
        try (var arena = Arena.ofConfined()) {
            var uuid = reader.text(NvmlFunction.UUID, event.get(ADDRESS, 0), arena);
            if (!uuid.isEmpty()) {
                listener.heard(uuid, event.get(JAVA_LONG, 16));
            }
        }
    }
}
