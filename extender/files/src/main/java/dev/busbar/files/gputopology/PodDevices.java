package dev.busbar.files.gputopology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The GPUs that one pod really holds, by UUID, and who says so. */
public record PodDevices(String namespace, String name, String uid, List<String> gpus, String seenBy) {

    /** The kubelet's PodResources list. */
    public static final String KUBELET = "kubelet";

    /** The environment of a running process of the pod. */
    public static final String CONTAINER = "container";

    /** A process of the pod that uses the GPU. */
    public static final String PROCESS = "process";

    public PodDevices(
            @Nullable String namespace,
            @Nullable String name,
            @Nullable String uid,
            @Nullable List<String> gpus,
            @Nullable String seenBy) {
        this.namespace = Absent.text(namespace);
        this.name = Absent.text(name);
        this.uid = Absent.text(uid);
        this.gpus = Absent.list(gpus);
        this.seenBy = Absent.text(seenBy);
    }
}
