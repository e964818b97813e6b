package dev.busbar.agent.kubelet;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the kubelet gave to one container: device ids by resource name, and CPUs for it alone. */
public record ContainerDevices(
        String namespace, String pod, String container, Map<String, List<String>> devices, Set<Integer> cpus) {

    public ContainerDevices {
        devices = Map.copyOf(devices);
        cpus = Set.copyOf(cpus);
    }
}
