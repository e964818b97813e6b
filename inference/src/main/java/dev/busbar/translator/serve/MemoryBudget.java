package dev.busbar.translator.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The memory this process was given, and who said so. */
public record MemoryBudget(long bytes, String source) {
    /** The share a pod was given, in its environment: the value of its busbar.dev/gpu-memory ask. */
    private static final String SHARE = "BUSBAR_GPU_MEMORY";

    private static final Path CONTAINER_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
    private static final Pattern QUANTITY = Pattern.compile("(?<number>\\d+(?:\\.\\d+)?)(?<unit>[kKMGT]i?)?");

    /** What was asked for on the command line, else the pod's share, else the container's limit, else the machine. */
    public static MemoryBudget find(Optional<String> asked) throws IOException {
        if (asked.isPresent()) {
            return new MemoryBudget(quantity(asked.get()), "--memory");
        }
        String share = System.getenv(SHARE);
        if (share != null) {
            return new MemoryBudget(quantity(share), SHARE);
        }
        if (Files.exists(CONTAINER_LIMIT)) {
            String limit = Files.readString(CONTAINER_LIMIT).strip();
            if (!limit.equals("max")) {
                return new MemoryBudget(
                        outsideHeap(Long.parseLong(limit)), "the container's memory limit without the heap");
            }
        }
        return new MemoryBudget(outsideHeap(machineMemory()), "the machine's memory without the heap");
    }

    private static long outsideHeap(long bytes) {
        return Math.max(bytes / 4, bytes - Runtime.getRuntime().maxMemory());
    }

    private static long machineMemory() throws IOException {
        Path file = Path.of("/proc/meminfo");
        if (!Files.exists(file)) {
            return 4L << 30;
        }
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("MemTotal:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return 4L << 30;
    }

    /** Kubernetes' way to write amounts: 8Gi, 1331Mi, 500M. */
    public static long quantity(String text) {
        Matcher matcher = QUANTITY.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("memory (%s) must be an amount like 8Gi or 1331Mi".formatted(text));
        }
        double number = Double.parseDouble(matcher.group("number"));
        String unit = matcher.group("unit") == null ? "" : matcher.group("unit");
        int power = unit.isEmpty() ? 0 : "kMGT".indexOf(unit.replace('K', 'k').charAt(0)) + 1;
        return (long) (number * Math.pow(unit.endsWith("i") ? 1024 : 1000, power));
    }
}
