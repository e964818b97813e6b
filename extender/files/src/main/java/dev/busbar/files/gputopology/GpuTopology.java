package dev.busbar.files.gputopology;

import org.jspecify.annotations.Nullable;

/** One node's GPUs: what they are and how they are wired ({@code spec}), and how they are used ({@code status}). */
public record GpuTopology(String apiVersion, String kind, Metadata metadata, Spec spec, Status status) {

    public static final String API_VERSION = "busbar.dev/v1alpha1";
    public static final String KIND = "GpuTopology";

    public GpuTopology(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable Metadata metadata,
            @Nullable Spec spec,
            @Nullable Status status) {
        this.apiVersion = Absent.or(apiVersion, API_VERSION);
        this.kind = Absent.or(kind, KIND);
        this.metadata = Absent.or(metadata, Metadata.named(""));
        this.spec = Absent.or(spec, Spec.EMPTY);
        this.status = Absent.or(status, Status.EMPTY);
    }

    public static GpuTopology of(String node, Spec spec, Status status) {
        return new GpuTopology(API_VERSION, KIND, Metadata.named(node), spec, status);
    }

    /** The node that the object describes. */
    public String node() {
        return metadata.name();
    }
}
