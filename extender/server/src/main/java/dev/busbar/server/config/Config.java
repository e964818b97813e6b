package dev.busbar.server.config;

import dev.busbar.core.workload.ResourceNames;
import dev.busbar.server.http.ExplainConfig;
import dev.busbar.server.http.HttpConfig;
import dev.busbar.server.http.OpsConfig;
import dev.busbar.server.http.TlsConfig;
import dev.busbar.server.kube.KubeConfig;
import dev.busbar.server.lease.LeaseConfig;
import dev.busbar.server.prometheus.PrometheusConfig;
import dev.busbar.server.wake.WakeConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The whole configuration. Its defaults stand here and nowhere else.
 *
 * @param claimFor how long a pod's claim holds without a bind
 * @param samplesFor how old a measurement may be and still count
 * @param effective every key with the value that took effect, as YAML lines
 */
public record Config(
        HttpConfig http,
        ResourceNames resources,
        Duration claimFor,
        Duration samplesFor,
        ExplainConfig explain,
        KubeConfig kube,
        PrometheusConfig prometheus,
        WakeConfig wake,
        LeaseConfig lease,
        List<String> effective) {
    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());
    private static final Pattern LISTEN = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\s]+):([0-9]{1,5})");
    private static final Pattern URL =
            Pattern.compile("|https?://(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?");
    private static final Pattern ROLE = Pattern.compile("none|hold|follow");
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._~-]+)*");
    private static final Pattern RESOURCE = Pattern.compile("|[a-z0-9.-]+/[A-Za-z0-9._-]+");

    public Config {
        effective = List.copyOf(effective);
    }

    public static Config defaults() {
        return of(JsonNodeFactory.instance.objectNode());
    }

    public static Config read(Path file) {
        try {
            return parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ConfigException("the configuration file (%s) can't be read: %s.\nMaybe it is another path."
                    .formatted(file, e.getMessage()));
        }
    }

    public static Config parse(String yaml) {
        try {
            return of(YAML.readTree(yaml));
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new ConfigException("the configuration is no YAML%s: %s."
                    .formatted(at == null ? "" : " in line " + at.getLineNr(), firstLine(e.getOriginalMessage())));
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private static Config of(JsonNode node) {
        var root = new Section("", node);
        var address = listen(root);
        var prefix = root.text("prefix", "");
        if (!PREFIX.matcher(prefix).matches()) {
            throw root.bad("prefix", prefix, "must be empty or a path such as /ext");
        }
        var limits = root.section("limits");
        var timeouts = root.section("timeouts");
        var resources = root.section("resources");
        var explain = root.section("explain");
        var prometheus = root.section("prometheus");
        var wakes = root.section("wake");
        var tls = root.section("tls");
        var ops = root.section("ops");
        var leases = root.section("lease");
        var http = new HttpConfig(
                address.host(),
                address.port(),
                prefix,
                limits.bytes("body", "64Mi", "1Ki", "1Gi"),
                limits.whole("depth", 100, 16, 1000),
                timeouts.duration(
                        "idleConnection", Duration.ofMinutes(5), Duration.ofSeconds(91), Duration.ofHours(24)),
                timeouts.duration("drain", Duration.ofSeconds(10), Duration.ZERO, Duration.ofMinutes(10)),
                tls(tls),
                ops(ops));
        var claimFor = timeouts.duration("claim", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofHours(1));
        var samplesFor =
                timeouts.duration("sample", Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofHours(24));
        var kube = new KubeConfig(
                timeouts.duration("write", Duration.ofSeconds(4), Duration.ofMillis(100), Duration.ofMinutes(5)),
                timeouts.duration("lookAgain", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofHours(1)),
                timeouts.duration("read", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                timeouts.duration("connect", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)));
        var names = names(resources);
        var kept = new ExplainConfig(
                explain.duration("keep", Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofHours(168)),
                explain.whole("nodeVerdicts", 1_000_000, 0, 100_000_000));
        var asked = prometheus(prometheus);
        var wake = new WakeConfig(wakes.whole("perSecond", 10, 0, 1000));
        var lease = lease(leases);
        root.refuseTheRest(List.of(limits, timeouts, resources, explain, prometheus, wakes, tls, ops, leases));
        return new Config(http, names, claimFor, samplesFor, kept, kube, asked, wake, lease, root.lines());
    }

    private record Address(String host, int port) {}

    private static Address listen(Section root) {
        var text = root.text("listen", "127.0.0.1:8888");
        return address(text).orElseThrow(() -> root.bad("listen", text, LISTEN_RULE));
    }

    private static final String LISTEN_RULE = "must be HOST:PORT, with a port from 0 (any) to 65535";

    private static Optional<Address> address(String text) {
        var match = LISTEN.matcher(text);
        if (!match.matches() || Integer.parseInt(match.group(2)) > 65535) {
            return Optional.empty();
        }
        var host = match.group(1);
        var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return Optional.of(new Address(bare, Integer.parseInt(match.group(2))));
    }

    /** The same configuration with another address to listen on. */
    public Config listening(String address) {
        var parsed = address(address)
                .orElseThrow(() -> new ConfigException("--listen (%s) %s.".formatted(address, LISTEN_RULE)));
        var other = new HttpConfig(
                parsed.host(),
                parsed.port(),
                http.prefix(),
                http.bodyBytes(),
                http.depth(),
                http.idle(),
                http.drain(),
                http.tls(),
                http.ops());
        var lines = effective.stream()
                .map(line -> line.startsWith("listen: ") ? "listen: " + address : line)
                .toList();
        return new Config(other, resources, claimFor, samplesFor, explain, kube, prometheus, wake, lease, lines);
    }

    private static TlsConfig tls(Section section) {
        var tls = new TlsConfig(section.text("certificate", ""), section.text("key", ""), section.text("clientCa", ""));
        if (tls.certificate().isEmpty() != tls.key().isEmpty()) {
            throw section.bad("key", tls.key(), "must be a file if tls.certificate is one, and only then");
        }
        if (!tls.isOn() && !tls.clientCa().isEmpty()) {
            throw section.bad("clientCa", tls.clientCa(), "needs tls.certificate and tls.key");
        }
        return tls;
    }

    private static OpsConfig ops(Section section) {
        var text = section.text("listen", "");
        if (text.isEmpty()) {
            return OpsConfig.NONE;
        }
        return address(text)
                .map(address -> new OpsConfig(address.host(), address.port()))
                .orElseThrow(() -> section.bad("listen", text, LISTEN_RULE + ", or empty for none"));
    }

    private static LeaseConfig lease(Section section) {
        var role = section.text("role", "none");
        if (!ROLE.matcher(role).matches()) {
            throw section.bad("role", role, "must be none, hold or follow");
        }
        var config = new LeaseConfig(
                LeaseConfig.Role.valueOf(role.toUpperCase(Locale.ROOT)),
                section.text("namespace", "kube-system"),
                section.text("name", "busbar"),
                section.text("identity", ""),
                section.duration("duration", Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofMinutes(5)),
                section.duration("renew", Duration.ofSeconds(3), Duration.ofMillis(100), Duration.ofMinutes(1)));
        if (config.lasts().compareTo(config.renew().multipliedBy(3)) < 0) {
            throw section.bad("renew", config.renew().toSeconds() + "s", "must be a third of lease.duration at most");
        }
        return config;
    }

    private static PrometheusConfig prometheus(Section section) {
        var url = section.text("url", "");
        if (!URL.matcher(url).matches()) {
            throw section.bad("url", url, "must be a URL such as http://prometheus.monitoring:9090, or empty for none");
        }
        return new PrometheusConfig(
                url,
                section.text("tokenFile", ""),
                section.text("caFile", ""),
                section.duration("every", Duration.ofSeconds(15), Duration.ofMillis(100), Duration.ofMinutes(5)),
                section.duration("timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
                section.bytes("answer", "64Mi", "1Ki", "1Gi"));
    }

    private static ResourceNames names(Section section) {
        var known = ResourceNames.DEFAULT;
        return new ResourceNames(
                name(section, "devicePlugin", known.devicePlugin()),
                name(section, "whole", known.whole()),
                name(section, "shareMemory", known.shareMemory()),
                name(section, "shareMilli", known.shareMilli()),
                name(section, "shareMemoryMebibytes", known.shareMemoryMebibytes()),
                name(section, "sharePercent", known.sharePercent()),
                section.bytes("shareContext", "0", "0", "1Gi"));
    }

    private static String name(Section section, String key, String otherwise) {
        var name = section.text(key, otherwise);
        if (!RESOURCE.matcher(name).matches()) {
            throw section.bad(key, name, "must be a resource name such as nvidia.com/gpu, or empty for none");
        }
        return name;
    }
}
