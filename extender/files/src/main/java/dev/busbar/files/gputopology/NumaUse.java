package dev.busbar.files.gputopology;

import com.fasterxml.jackson.annotation.JsonCreator;
import org.jspecify.annotations.Nullable;

/** How many CPUs of a NUMA node the kubelet has given to no container exclusively. */
public record NumaUse(int id, int freeCpus) {

    public NumaUse {
        if (id < 0) {
            throw new IllegalArgumentException("a NUMA node needs an id from 0 on");
        }
    }

    @JsonCreator
    static NumaUse read(@Nullable Integer id, @Nullable Integer freeCpus) {
        return new NumaUse(Absent.or(id, -1), Absent.or(freeCpus, 0));
    }
}
