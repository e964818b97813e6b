package dev.busbar.testclusters.e2e;

import dev.busbar.testclusters.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A bound pod and the GPUs that its annotation promises it. */
record Held(String pod, String node, List<String> gpus, Map<String, Quantity> asks) {
    static Held of(Pod pod) {
        var annotations = pod.getMetadata().getAnnotations();
        var gpus = annotations == null ? "" : annotations.getOrDefault("busbar.dev/gpus", "");
        return new Held(
                pod.getMetadata().getName(),
                Pods.node(pod),
                Arrays.stream(gpus.split(",")).filter(uuid -> !uuid.isEmpty()).toList(),
                Map.copyOf(
                        pod.getSpec().getContainers().getFirst().getResources().getLimits()));
    }

    /** How many whole GPUs of Busbar's the pod asks. */
    int whole() {
        return count("busbar.dev/gpu");
    }

    /** How many whole GPUs of the device plugin the pod asks. */
    int ofThePlugin() {
        return count("nvidia.com/gpu");
    }

    /** The memory of one GPU that the pod asks, 0 for none. */
    long mebibytes() {
        var memory = asks.get("busbar.dev/gpu-memory");
        return memory == null ? 0 : Quantity.getAmountInBytes(memory).longValueExact() / (1024 * 1024);
    }

    private int count(String resource) {
        var amount = asks.get(resource);
        return amount == null ? 0 : Integer.parseInt(amount.getAmount());
    }
}
