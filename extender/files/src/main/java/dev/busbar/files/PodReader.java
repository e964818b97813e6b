package dev.busbar.files;

import dev.busbar.core.cluster.PodSighting;
import dev.busbar.core.workload.Annotations;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.Nearest;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.PodResources.Role;
import dev.busbar.core.workload.PodText;
import dev.busbar.core.workload.PodText.Container;
import dev.busbar.core.workload.PodText.Resources;
import dev.busbar.core.workload.ResourceNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Reads Pod objects as people write them in files; there a word of ours that we don't know is a typo. */
public final class PodReader {
    private static final Set<String> POD = Set.of("apiVersion", "kind", "metadata", "spec", "status");
    private static final Set<String> RESOURCES = Set.of("requests", "limits", "claims");
    private final ResourceNames names;
    private final DemandReader demands;

    public PodReader(ResourceNames names) {
        this.names = names;
        this.demands = new DemandReader(names);
    }

    /** The one pod of a file. */
    public Pod read(Path file) {
        try {
            return read(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new BadInput("%s can't be read: %s".formatted(file, e), e);
        }
    }

    /** All pods of a file, in their order there. */
    public List<Pod> readAll(Path file) {
        try {
            return readAll(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new BadInput("%s can't be read: %s".formatted(file, e), e);
        }
    }

    private List<Pod> readAll(String file, String text) {
        var pods = new ArrayList<Pod>();
        for (var document : Documents.of(file, text)) {
            if (!document.kind().equals("Pod")) {
                throw new BadInput("must be a Pod, its kind is (%s)".formatted(document.kind())).in(document.title());
            }
            try {
                pods.add(sighting(document.field()).pod());
            } catch (BadInput e) {
                throw e.in(document.title());
            }
        }
        if (pods.isEmpty()) {
            throw new BadInput("%s holds no Pod".formatted(file));
        }
        return pods;
    }

    /** The one pod of a text; the file's name stands in messages. */
    public Pod read(String file, String text) {
        var documents = Documents.of(file, text);
        if (documents.size() != 1 || !documents.getFirst().kind().equals("Pod")) {
            var found = documents.stream()
                    .map(d -> d.kind().isEmpty() ? "no kind" : d.kind())
                    .toList();
            throw new BadInput("%s must hold one Pod, found %s".formatted(file, found));
        }
        var document = documents.getFirst();
        try {
            return sighting(document.field()).pod();
        } catch (BadInput e) {
            throw e.in(document.title());
        }
    }

    PodSighting sighting(Field pod) {
        pod.allowOnly(POD);
        var text = text(pod);
        var since = pod.at("status")
                .at("startTime")
                .instant()
                .or(() -> pod.at("metadata").at("creationTimestamp").instant())
                .orElse(Instant.EPOCH);
        var phase = pod.at("status").at("phase").text();
        var sighting =
                PodSighting.of(text, demands, pod.at("spec").at("nodeName").text(), phase, since);
        if (sighting.pod().demand() instanceof Demand.Malformed malformed) {
            throw new BadInput(malformed.flaw().text() + " (%s)".formatted(malformed.found()));
        }
        return sighting;
    }

    private PodText text(Field pod) {
        var metadata = pod.at("metadata");
        var spec = pod.at("spec");
        var annotations = metadata.at("annotations").texts();
        refuseUnknownWords(metadata.at("annotations"), annotations);
        var group = spec.at("schedulingGroup").at("podGroupName").text();
        return new PodText(
                key(metadata),
                metadata.at("labels").texts(),
                annotations,
                containers(spec),
                resources(spec.at("resources")),
                spec.at("overhead").amounts(),
                group,
                spec.at("priority").integer(0));
    }

    /** A pod in a file has no UID yet, so it gets one that is the same each time. */
    private static PodKey key(Field metadata) {
        var namespace = metadata.at("namespace").isAbsent()
                ? "default"
                : metadata.at("namespace").text();
        var name = metadata.at("name").requiredText();
        var uid = metadata.at("uid").text();
        var bytes = (namespace + "/" + name).getBytes(StandardCharsets.UTF_8);
        return new PodKey(
                namespace, name, uid.isEmpty() ? UUID.nameUUIDFromBytes(bytes).toString() : uid);
    }

    private List<Container> containers(Field spec) {
        var containers = new ArrayList<Container>();
        for (var container : spec.at("initContainers").items()) {
            var forEver = container.at("restartPolicy").text().equals("Always");
            containers.add(new Container(forEver ? Role.SIDECAR : Role.INIT, resources(container.at("resources"))));
        }
        for (var container : spec.at("containers").items()) {
            containers.add(new Container(Role.ORDINARY, resources(container.at("resources"))));
        }
        return containers;
    }

    private Resources resources(Field resources) {
        resources.allowOnly(RESOURCES);
        return new Resources(amounts(resources.at("requests")), amounts(resources.at("limits")));
    }

    private Map<String, String> amounts(Field resources) {
        var amounts = resources.amounts();
        var ours = Set.of(names.whole(), names.shareMemory(), names.shareMilli());
        for (var name : amounts.keySet()) {
            if (name.startsWith(Annotations.PREFIX) && !ours.contains(name)) {
                throw new BadInput(resources.at(name).path() + " is no resource of ours" + Nearest.hint(name, ours));
            }
        }
        return amounts;
    }

    private static void refuseUnknownWords(Field field, Map<String, String> annotations) {
        for (var key : annotations.keySet()) {
            if (key.startsWith(Annotations.PREFIX) && !Annotations.KNOWN.contains(key)) {
                throw new BadInput(
                        field.at(key).path() + " is no annotation of ours" + Nearest.hint(key, Annotations.KNOWN));
            }
        }
    }
}
