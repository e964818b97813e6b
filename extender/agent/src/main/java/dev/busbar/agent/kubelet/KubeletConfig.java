package dev.busbar.agent.kubelet;

import dev.busbar.files.gputopology.KubeletPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The kubelet's configuration file, read for its resource managers' policies. */
public final class KubeletConfig {

    private KubeletConfig() {}

    /** Unknown when the file can't be read; a policy that is absent there has the kubelet's default. */
    public static KubeletPolicies policies(Path file) {
        try {
            var config = new YAMLMapper().readTree(Files.readString(file));
            if (!config.path("kind").asString("").equals("KubeletConfiguration")) {
                return KubeletPolicies.UNKNOWN;
            }
            return new KubeletPolicies(
                    value(
                            config,
                            "topologyManagerPolicy",
                            "none",
                            Set.of("none", "best-effort", "restricted", "single-numa-node")),
                    value(config, "topologyManagerScope", "container", Set.of("container", "pod")),
                    value(config, "cpuManagerPolicy", "none", Set.of("none", "static")),
                    value(config, "memoryManagerPolicy", "None", Set.of("None", "Static", "BestEffort")));
        } catch (IOException | JacksonException _) {
            return KubeletPolicies.UNKNOWN;
        }
    }

    /** Empty for a word that no kubelet known to us takes. */
    private static String value(JsonNode config, String key, String otherwise, Set<String> known) {
        var value = config.path(key).asString(otherwise);
        var effective = value.isEmpty() ? otherwise : value;
        return known.contains(effective) ? effective : "";
    }
}
