package dev.busbar.agent.nvml;

/** What an NVML function returned. */
record NvmlCode(int value) {

    static final NvmlCode SUCCESS = new NvmlCode(0);
    static final NvmlCode FUNCTION_NOT_FOUND = new NvmlCode(13);

    boolean ok() {
        return value == 0;
    }

    boolean isTimeout() {
        return value == 10;
    }

    /** The GPU has fallen off the bus, or nothing runs on it before a reset. */
    boolean lost() {
        return value == 15 || value == 16;
    }

    @Override
    public String toString() {
        return switch (value) {
            case 1 -> "not initialised (NVML 1)";
            case 2 -> "invalid argument (NVML 2)";
            case 3 -> "not supported (NVML 3)";
            case 4 -> "no permission (NVML 4)";
            case 6 -> "not found (NVML 6)";
            case 7 -> "insufficient size (NVML 7)";
            case 9 -> "driver not loaded (NVML 9)";
            case 13 -> "function not found (NVML 13)";
            case 15 -> "GPU is lost (NVML 15)";
            case 16 -> "reset required (NVML 16)";
            case 18 -> "driver and library differ in version (NVML 18)";
            default -> "NVML " + value;
        };
    }
}
