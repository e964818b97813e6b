package dev.busbar.files.gputopology;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One GPU; {@code numaNode} is -1 and {@code pcieSwitch} empty where they are not known or do not exist. */
public record Gpu(
        int index,
        String uuid,
        String product,
        Memory memory,
        int numaNode,
        String pciBusId,
        String pcieSwitch,
        List<MigInstance> mig) {

    public Gpu {
        if (index < 0 || uuid.isEmpty()) {
            throw new IllegalArgumentException("a GPU needs an index from 0 on (%s) and a uuid (%s)"
                    .formatted(index < 0 ? "absent" : index, uuid.isEmpty() ? "absent" : uuid));
        }
        mig = List.copyOf(mig);
    }

    @JsonCreator
    static Gpu read(
            @Nullable Integer index,
            @Nullable String uuid,
            @Nullable String product,
            @Nullable Memory memory,
            @Nullable Integer numaNode,
            @Nullable String pciBusId,
            @Nullable String pcieSwitch,
            @Nullable List<MigInstance> mig) {
        return new Gpu(
                Absent.or(index, -1),
                Absent.text(uuid),
                Absent.text(product),
                Absent.or(memory, Memory.NONE),
                Absent.or(numaNode, -1),
                Absent.text(pciBusId),
                Absent.text(pcieSwitch),
                Absent.list(mig));
    }
}
