package dev.busbar.files.gputopology;

import org.jspecify.annotations.Nullable;

/** The kubelet's policies as its configuration spells them; empty where not known. */
public record KubeletPolicies(
        String topologyManagerPolicy,
        String topologyManagerScope,
        String cpuManagerPolicy,
        String memoryManagerPolicy) {

    public static final KubeletPolicies UNKNOWN = new KubeletPolicies("", "", "", "");

    public KubeletPolicies(
            @Nullable String topologyManagerPolicy,
            @Nullable String topologyManagerScope,
            @Nullable String cpuManagerPolicy,
            @Nullable String memoryManagerPolicy) {
        this.topologyManagerPolicy = Absent.text(topologyManagerPolicy);
        this.topologyManagerScope = Absent.text(topologyManagerScope);
        this.cpuManagerPolicy = Absent.text(cpuManagerPolicy);
        this.memoryManagerPolicy = Absent.text(memoryManagerPolicy);
    }
}
