package dev.busbar.files.gputopology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One GPU's health and measured memory; {@code observedAt} is empty when the memory could not be measured. */
public record GpuUse(
        String uuid,
        Health health,
        String reason,
        Memory usedMemory,
        String measured,
        String observedAt,
        List<PodMemory> pods) {

    /** {@link #pods()} names every process a pod was found for; the rest belongs to no known pod. */
    public static final String PER_POD = "per-pod";

    /** Process ids could not be mapped to pods, so only the sum is known. */
    public static final String PER_GPU = "per-gpu";

    public GpuUse(
            @Nullable String uuid,
            @Nullable Health health,
            @Nullable String reason,
            @Nullable Memory usedMemory,
            @Nullable String measured,
            @Nullable String observedAt,
            @Nullable List<PodMemory> pods) {
        this.uuid = Absent.text(uuid);
        this.health = Absent.or(health, Health.HEALTHY);
        this.reason = Absent.text(reason);
        this.usedMemory = Absent.or(usedMemory, Memory.NONE);
        this.measured = Absent.text(measured);
        this.observedAt = Absent.text(observedAt);
        this.pods = Absent.list(pods);
    }
}
