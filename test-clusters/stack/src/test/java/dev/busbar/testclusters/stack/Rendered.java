package dev.busbar.testclusters.stack;

import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The objects that kustomize makes of a folder, in its order. */
record Rendered(List<HasMetadata> objects) {
    static final Path MANIFESTS = Repository.root().resolve("manifests");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final Set<String> FIRST = Set.of("Namespace", "CustomResourceDefinition", "PriorityClass");

    static Rendered of(Path folder) {
        return parse(Kubectl.offline().kustomize(folder));
    }

    static Rendered parse(String yaml) {
        return new Rendered(Arrays.stream(yaml.split("(?m)^---$"))
                .filter(document -> !document.isBlank())
                .<HasMetadata>map(document -> YAML.unmarshal(document))
                .toList());
    }

    /** What others need to be there before they can be looked at. */
    Rendered first() {
        return new Rendered(objects.stream()
                .filter(object -> FIRST.contains(object.getKind()))
                .toList());
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The one of this type whose name is this, or this with the hash of its content. */
    <T extends HasMetadata> T the(Class<T> type, String name) {
        return all(type).stream()
                .filter(object -> object.getMetadata().getName().matches(name + "(-[a-z0-9]{10})?"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no %s %s is rendered".formatted(type.getSimpleName(), name)));
    }

    String yaml() {
        return String.join("---\n", objects.stream().map(YAML::asYaml).toList());
    }
}
