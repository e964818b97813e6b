package dev.busbar.server.wire;

import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.PodResources.Role;
import dev.busbar.core.workload.PodText;
import dev.busbar.core.workload.PodText.Container;
import dev.busbar.core.workload.PodText.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads of a Pod object what decides, as its text goes by. */
final class PodReader {
    private final DemandReader demands;

    PodReader(DemandReader demands) {
        this.demands = demands;
    }

    /** Reads the object that begins at the parser's current token and stops at its end. */
    Pod read(JsonParser in) {
        var pod = new Reading(in).text().pod(demands);
        if (pod.key().uid().isEmpty() || pod.key().name().isEmpty()) {
            throw new WireException("the request's Pod has no metadata.name or no metadata.uid");
        }
        return pod;
    }

    /** One pod that is being read. */
    private static final class Reading {
        private final JsonParser in;
        private final List<Container> containers = new ArrayList<>();
        private String namespace = "";
        private String name = "";
        private String uid = "";
        private Map<String, String> labels = Map.of();
        private Map<String, String> annotations = Map.of();
        private Resources podLevel = Resources.NONE;
        private Map<String, String> overhead = Map.of();
        private String group = "";
        private int priority;
        private Resources resources = Resources.NONE;
        private boolean restartsAlways;

        Reading(JsonParser in) {
            this.in = in;
        }

        PodText text() {
            Members.each(in, "Pod", key -> {
                switch (key) {
                    case "metadata" -> Members.each(in, "Pod.metadata", this::metadata);
                    case "spec" -> Members.each(in, "Pod.spec", this::spec);
                    default -> in.skipChildren();
                }
            });
            var key = new PodKey(namespace, name, uid);
            return new PodText(key, labels, annotations, containers, podLevel, overhead, group, priority);
        }

        private void metadata(String key) {
            switch (key) {
                case "name" -> name = Members.text(in, "Pod.metadata.name");
                case "namespace" -> namespace = Members.text(in, "Pod.metadata.namespace");
                case "uid" -> uid = Members.text(in, "Pod.metadata.uid");
                case "labels" -> labels = texts("Pod.metadata.labels");
                case "annotations" -> annotations = texts("Pod.metadata.annotations");
                default -> in.skipChildren();
            }
        }

        private void spec(String key) {
            switch (key) {
                case "containers" ->
                    Members.eachItem(in, "Pod.spec.containers", () -> container("Pod.spec.containers[]"));
                case "initContainers" -> Members.eachItem(in, "Pod.spec.initContainers", this::initContainer);
                case "overhead" -> overhead = texts("Pod.spec.overhead");
                case "resources" -> podLevel = resources("Pod.spec.resources");
                case "priority" -> priority = Members.number(in, "Pod.spec.priority");
                case "schedulingGroup" -> Members.each(in, "Pod.spec.schedulingGroup", this::schedulingGroup);
                default -> in.skipChildren();
            }
        }

        private void schedulingGroup(String key) {
            if (key.equals("podGroupName")) {
                group = Members.text(in, "Pod.spec.schedulingGroup.podGroupName");
            } else {
                in.skipChildren();
            }
        }

        private void container(String path) {
            read(path);
            containers.add(new Container(Role.ORDINARY, resources));
        }

        private void initContainer() {
            read("Pod.spec.initContainers[]");
            containers.add(new Container(restartsAlways ? Role.SIDECAR : Role.INIT, resources));
        }

        private void read(String path) {
            resources = Resources.NONE;
            restartsAlways = false;
            Members.each(in, path, key -> {
                switch (key) {
                    case "resources" -> resources = resources(path + ".resources");
                    case "restartPolicy" ->
                        restartsAlways =
                                Members.text(in, path + ".restartPolicy").equals("Always");
                    default -> in.skipChildren();
                }
            });
        }

        private Resources resources(String path) {
            var found = new HashMap<String, Map<String, String>>();
            Members.each(in, path, key -> {
                switch (key) {
                    case "limits", "requests" -> found.put(key, texts(path + "." + key));
                    default -> in.skipChildren();
                }
            });
            return new Resources(found.getOrDefault("requests", Map.of()), found.getOrDefault("limits", Map.of()));
        }

        private Map<String, String> texts(String path) {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return Map.of();
            }
            var texts = new HashMap<String, String>();
            Members.each(in, path, key -> texts.put(key, Members.text(in, path)));
            return texts;
        }
    }
}
