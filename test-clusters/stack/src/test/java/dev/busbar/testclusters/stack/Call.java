package dev.busbar.testclusters.stack;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A kind of request to the API server, as RBAC counts them: {@code patch busbar.dev/gputopologies/status}. */
record Call(String text) {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    /** A line of the API server's audit log. */
    record Audited(String user, String agent, boolean allowed, Call call) {
        private static Audited of(Map<?, ?> event) {
            var user = event.get("user") instanceof Map<?, ?> map ? map : Map.of();
            var annotations = event.get("annotations") instanceof Map<?, ?> map ? map : Map.of();
            var object = event.get("objectRef") instanceof Map<?, ?> map ? map : Map.of();
            var verb = String.valueOf(event.get("verb"));
            return new Audited(
                    String.valueOf(user.get("username")),
                    String.valueOf(event.get("userAgent")),
                    "allow".equals(annotations.get("authorization.k8s.io/decision")),
                    new Call("%s %s/%s%s"
                            .formatted(
                                    verb,
                                    text(object, "apiGroup"),
                                    text(object, "resource"),
                                    object.containsKey("subresource") ? "/" + object.get("subresource") : "")));
        }

        private static String text(Map<?, ?> object, String key) {
            return object.containsKey(key) ? String.valueOf(object.get(key)) : "";
        }
    }

    static List<Audited> audited(Path log) {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.endsWith("}"))
                    .map(line -> Audited.of(JSON.unmarshal(line, Map.class)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each call that the rules grant. */
    static Set<String> granted(List<PolicyRule> rules) {
        return rules.stream().flatMap(Call::of).map(Call::text).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Call> of(PolicyRule rule) {
        return rule.getApiGroups().stream()
                .flatMap(group -> rule.getResources().stream()
                        .flatMap(resource -> rule.getVerbs().stream()
                                .map(verb -> new Call("%s %s/%s".formatted(verb, group, resource)))));
    }
}
