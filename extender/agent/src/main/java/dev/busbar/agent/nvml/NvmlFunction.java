package dev.busbar.agent.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.util.List;

/** The functions of libnvidia-ml that we call, with the names they have had, newest first. All return a code. */
@SuppressWarnings("ImmutableEnumChecker") // both fields are immutable, their types just do not say so
enum NvmlFunction {
    INIT(List.of("nvmlInit_v2", "nvmlInit")),
    DRIVER_VERSION(List.of("nvmlSystemGetDriverVersion"), ADDRESS, JAVA_INT),
    COUNT(List.of("nvmlDeviceGetCount_v2", "nvmlDeviceGetCount"), ADDRESS),
    DEVICE(List.of("nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex"), JAVA_INT, ADDRESS),
    UUID(List.of("nvmlDeviceGetUUID"), ADDRESS, ADDRESS, JAVA_INT),
    NAME(List.of("nvmlDeviceGetName"), ADDRESS, ADDRESS, JAVA_INT),
    // The layouts of the three differ after the first six fields; we read only those.
    PCI(List.of("nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2", "nvmlDeviceGetPciInfo"), ADDRESS, ADDRESS),
    MEMORY(List.of("nvmlDeviceGetMemoryInfo"), ADDRESS, ADDRESS),
    MEMORY_V2(List.of("nvmlDeviceGetMemoryInfo_v2"), ADDRESS, ADDRESS),
    // The oldest form has another layout and no _v2 behind its name: better no processes than wrong ones.
    PROCESSES(
            List.of("nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2"),
            ADDRESS,
            ADDRESS,
            ADDRESS),
    LINK_STATE(List.of("nvmlDeviceGetNvLinkState"), ADDRESS, JAVA_INT, ADDRESS),
    LINK_REMOTE(
            List.of("nvmlDeviceGetNvLinkRemotePciInfo_v2", "nvmlDeviceGetNvLinkRemotePciInfo"),
            ADDRESS,
            JAVA_INT,
            ADDRESS),
    LINK_REMOTE_TYPE(List.of("nvmlDeviceGetNvLinkRemoteDeviceType"), ADDRESS, JAVA_INT, ADDRESS),
    MIG_MODE(List.of("nvmlDeviceGetMigMode"), ADDRESS, ADDRESS, ADDRESS),
    MIG_COUNT(List.of("nvmlDeviceGetMaxMigDeviceCount"), ADDRESS, ADDRESS),
    MIG_DEVICE(List.of("nvmlDeviceGetMigDeviceHandleByIndex"), ADDRESS, JAVA_INT, ADDRESS),
    FABRIC(List.of("nvmlDeviceGetGpuFabricInfo"), ADDRESS, ADDRESS),
    EVENT_SET(List.of("nvmlEventSetCreate"), ADDRESS),
    REGISTER_EVENTS(List.of("nvmlDeviceRegisterEvents"), ADDRESS, JAVA_LONG, ADDRESS),
    WAIT_FOR_EVENT(List.of("nvmlEventSetWait_v2", "nvmlEventSetWait"), ADDRESS, ADDRESS, JAVA_INT);

    private final List<String> symbols;
    private final FunctionDescriptor descriptor;

    NvmlFunction(List<String> symbols, MemoryLayout... arguments) {
        this.symbols = symbols;
        this.descriptor = FunctionDescriptor.of(JAVA_INT, arguments);
    }

    List<String> symbols() {
        return symbols;
    }

    FunctionDescriptor descriptor() {
        return descriptor;
    }
}
