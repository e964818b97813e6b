package dev.busbar.agent;

import java.nio.file.Path;
import java.time.Duration;

/** Where the agent looks, and under which name it publishes what it sees. */
record AgentOptions(
        String node, String allocator, String nvml, Path sysfs, Path proc, Path podResources, Path kubeletConfig) {

    static final Duration NVML_TIMEOUT = Duration.ofSeconds(5);
    static final Duration KUBELET_TIMEOUT = Duration.ofSeconds(2);
}
