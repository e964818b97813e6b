package dev.busbar.files.gputopology;

import org.jspecify.annotations.Nullable;

/** One of the instances a GPU is cut into. */
public record MigInstance(String uuid, String profile, Memory memory) {

    public MigInstance(@Nullable String uuid, @Nullable String profile, @Nullable Memory memory) {
        this.uuid = Absent.text(uuid);
        this.profile = Absent.text(profile);
        this.memory = Absent.or(memory, Memory.NONE);
    }
}
