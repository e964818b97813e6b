package dev.busbar.files.gputopology;

import org.jspecify.annotations.Nullable;

/** The memory one pod's processes use on a GPU. */
public record PodMemory(String uid, Memory usedMemory) {

    public PodMemory(@Nullable String uid, @Nullable Memory usedMemory) {
        this.uid = Absent.text(uid);
        this.usedMemory = Absent.or(usedMemory, Memory.NONE);
    }
}
