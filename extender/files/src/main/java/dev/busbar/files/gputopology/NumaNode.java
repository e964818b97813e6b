package dev.busbar.files.gputopology;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A NUMA node with CPUs: which ones as the kernel prints them, its memory, its distance to each of these nodes. */
public record NumaNode(int id, String cpus, Memory memory, List<Integer> distances) {

    public NumaNode {
        if (id < 0) {
            throw new IllegalArgumentException("a NUMA node needs an id from 0 on");
        }
        distances = List.copyOf(distances);
    }

    @JsonCreator
    static NumaNode read(
            @Nullable Integer id, @Nullable String cpus, @Nullable Memory memory, @Nullable List<Integer> distances) {
        return new NumaNode(
                Absent.or(id, -1), Absent.text(cpus), Absent.or(memory, Memory.NONE), Absent.list(distances));
    }
}
