package dev.busbar.files.gputopology;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One network card and its path to each GPU, in the order of the GPUs. */
public record Nic(String name, String pciBusId, int numaNode, boolean rdma, int gbitPerSecond, List<String> paths) {

    public Nic {
        paths = List.copyOf(paths);
    }

    @JsonCreator
    static Nic read(
            @Nullable String name,
            @Nullable String pciBusId,
            @Nullable Integer numaNode,
            @Nullable Boolean rdma,
            @Nullable Integer gbitPerSecond,
            @Nullable List<String> paths) {
        return new Nic(
                Absent.text(name),
                Absent.text(pciBusId),
                Absent.or(numaNode, -1),
                Absent.or(rdma, false),
                Absent.or(gbitPerSecond, 0),
                Absent.list(paths));
    }
}
