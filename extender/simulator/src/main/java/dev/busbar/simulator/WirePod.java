package dev.busbar.simulator;

import dev.busbar.core.score.Shape;
import dev.busbar.core.workload.Annotations;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.PodResources.Role;
import dev.busbar.core.workload.PodText;
import dev.busbar.core.workload.PodText.Container;
import dev.busbar.core.workload.PodText.Resources;
import dev.busbar.core.workload.ResourceNames;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A pod of a trace as a Kubernetes object. */
record WirePod(PodKey key, Map<String, String> annotations, Map<String, String> requests) {
    private static final String NAMESPACE = "trace";

    static WirePod of(String name, Trace.Pod pod) {
        Shape shape = pod.shape();
        var requests = new LinkedHashMap<String, String>();
        requests.put("cpu", shape.cpuMilli() + "m");
        requests.put("memory", shape.memoryMib() + "Mi");
        if (shape.isShare()) {
            requests.put(ResourceNames.DEFAULT.shareMilli(), Integer.toString(shape.milli()));
        } else if (shape.gpus() > 0) {
            requests.put(ResourceNames.DEFAULT.whole(), Integer.toString(shape.gpus()));
        }
        Map<String, String> annotations =
                pod.models().isEmpty() ? Map.of() : Map.of(Annotations.GPU_PRODUCT, pod.models());
        return new WirePod(new PodKey(NAMESPACE, name, uid(name)), annotations, requests);
    }

    static String uid(String name) {
        return "uid-" + name;
    }

    Pod pod(DemandReader reader) {
        var container = new Container(Role.ORDINARY, new Resources(requests, Map.of()));
        return new PodText(key, Map.of(), annotations, List.of(container), Resources.NONE, Map.of(), "", 0).pod(reader);
    }

    /** The arguments of filter and prioritize. None of the texts needs escaping. */
    byte[] args(List<String> nodes) {
        var json = new StringBuilder(256 + 24 * nodes.size());
        json.append("{\"Pod\":{\"metadata\":{\"name\":\"").append(key.name());
        json.append("\",\"namespace\":\"").append(key.namespace());
        json.append("\",\"uid\":\"").append(key.uid()).append("\",\"annotations\":");
        map(json, annotations);
        json.append("},\"spec\":{\"containers\":[{\"name\":\"main\",\"resources\":{\"requests\":");
        map(json, requests);
        json.append("}}]}},\"Nodes\":null,\"NodeNames\":[");
        for (int i = 0; i < nodes.size(); i++) {
            json.append(i == 0 ? "\"" : ",\"").append(nodes.get(i)).append('"');
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void map(StringBuilder json, Map<String, String> entries) {
        json.append('{');
        entries.forEach((key, value) -> {
            json.append(json.charAt(json.length() - 1) == '{' ? "\"" : ",\"");
            json.append(key).append("\":\"").append(value).append('"');
        });
        json.append('}');
    }
}
