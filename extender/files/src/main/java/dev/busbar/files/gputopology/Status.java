package dev.busbar.files.gputopology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The use of a node at one moment; {@code observedAt} is RFC 3339 text, empty before the first look. */
public record Status(
        String observedAt, List<String> problems, List<GpuUse> gpus, List<PodDevices> pods, List<NumaUse> numa) {

    public static final Status EMPTY = new Status(null, null, null, null, null);

    public Status(
            @Nullable String observedAt,
            @Nullable List<String> problems,
            @Nullable List<GpuUse> gpus,
            @Nullable List<PodDevices> pods,
            @Nullable List<NumaUse> numa) {
        this.observedAt = Absent.text(observedAt);
        this.problems = Absent.list(problems);
        this.gpus = Absent.list(gpus);
        this.pods = Absent.list(pods);
        this.numa = Absent.list(numa);
    }
}
