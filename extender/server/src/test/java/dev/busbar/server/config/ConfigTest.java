package dev.busbar.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.core.workload.ResourceNames;
import dev.busbar.server.http.OpsConfig;
import dev.busbar.server.http.TlsConfig;
import dev.busbar.server.lease.LeaseConfig;
import dev.busbar.server.prometheus.PrometheusConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigTest {
    @Test
    void the_defaults_are_these() {
        var lines = Config.defaults().effective();

        assertThat(String.join("\n", lines)).isEqualTo("""
            listen: 127.0.0.1:8888
            prefix: ""
            limits:
              body: 64Mi
              depth: 100
            timeouts:
              idleConnection: 5m
              drain: 10s
              claim: 1m
              sample: 5m
              write: 4s
              lookAgain: 10s
              read: 30s
              connect: 5s
            resources:
              devicePlugin: nvidia.com/gpu
              whole: busbar.dev/gpu
              shareMemory: busbar.dev/gpu-memory
              shareMilli: busbar.dev/gpu-milli
              shareMemoryMebibytes: ""
              sharePercent: ""
              shareContext: 0
            explain:
              keep: 1h
              nodeVerdicts: 1000000
            prometheus:
              url: ""
              tokenFile: ""
              caFile: ""
              every: 15s
              timeout: 5s
              answer: 64Mi
            wake:
              perSecond: 10
            tls:
              certificate: ""
              key: ""
              clientCa: ""
            ops:
              listen: ""
            lease:
              role: none
              namespace: kube-system
              name: busbar
              identity: ""
              duration: 15s
              renew: 3s\
            """);
    }

    @Test
    void what_is_shown_as_effective_is_a_configuration_with_that_effect() {
        var shown = String.join("\n", Config.defaults().effective());

        var read = Config.parse(shown);

        assertThat(read).isEqualTo(Config.defaults());
        assertThat(read.resources()).isEqualTo(ResourceNames.DEFAULT);
    }

    @Test
    void an_empty_file_means_the_defaults() {
        assertThat(Config.parse("")).isEqualTo(Config.defaults());
        assertThat(Config.parse("limits:\n")).isEqualTo(Config.defaults());
    }

    @Test
    void each_key_takes_effect() {
        var config = Config.parse("""
            listen: "[::1]:0"
            prefix: /ext
            limits: {body: 1Mi, depth: 50}
            timeouts: {idleConnection: 2m, drain: 0s, claim: 90s, sample: 1h, write: 500ms, lookAgain: 1s, read: 1m, connect: 2s}
            resources: {whole: example.com/gpu, shareMemoryMebibytes: nvidia.com/gpumem, sharePercent: "", shareContext: 500Mi}
            explain: {keep: 24h, nodeVerdicts: 7}
            prometheus: {url: "https://prom.example:9090/base/", tokenFile: /t, caFile: /a, every: 1m, timeout: 2s, answer: 1Mi}
            wake: {perSecond: 0}
            tls: {certificate: /c, key: /k, clientCa: /ca}
            ops: {listen: "0.0.0.0:9090"}
            lease: {role: follow, namespace: busbar, name: busbar-scheduler, identity: me, duration: 6s, renew: 2s}
            """);

        assertThat(config.http().host()).isEqualTo("::1");
        assertThat(config.http().port()).isZero();
        assertThat(config.http().prefix()).isEqualTo("/ext");
        assertThat(config.http().bodyBytes()).isEqualTo(1 << 20);
        assertThat(config.http().depth()).isEqualTo(50);
        assertThat(config.http().idle()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.http().drain()).isZero();
        assertThat(config.claimFor()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.samplesFor()).isEqualTo(Duration.ofHours(1));
        assertThat(config.kube().writeTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.kube().lookAgain()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.resources().whole()).isEqualTo("example.com/gpu");
        assertThat(config.resources().shareMemoryMebibytes()).isEqualTo("nvidia.com/gpumem");
        assertThat(config.resources().contextBytes()).isEqualTo(500L << 20);
        assertThat(config.explain().keep()).isEqualTo(Duration.ofHours(24));
        assertThat(config.explain().nodeVerdicts()).isEqualTo(7);
        assertThat(config.prometheus())
                .isEqualTo(new PrometheusConfig(
                        "https://prom.example:9090/base/",
                        "/t",
                        "/a",
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(2),
                        1 << 20));
        assertThat(config.wake().perSecond()).isZero();
        assertThat(config.kube().readTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.kube().connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.http().tls()).isEqualTo(new TlsConfig("/c", "/k", "/ca"));
        assertThat(config.http().ops()).isEqualTo(new OpsConfig("0.0.0.0", 9090));
        assertThat(config.lease())
                .isEqualTo(new LeaseConfig(
                        LeaseConfig.Role.FOLLOW,
                        "busbar",
                        "busbar-scheduler",
                        "me",
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(2)));
    }

    @Test
    void the_address_can_be_given_beside_the_file() {
        var config = Config.defaults().listening("0.0.0.0:80");

        assertThat(config.http().host()).isEqualTo("0.0.0.0");
        assertThat(config.http().port()).isEqualTo(80);
        assertThat(config.effective()).contains("listen: 0.0.0.0:80");
    }

    record Case(String yaml, String message) {}

    static Stream<Case> mistakes() {
        return Stream.of(
                new Case(
                        "listn: x",
                        "listn (x) is not a key of the configuration.\nMaybe one of these is meant: listen,"),
                new Case(
                        "limits: {bdy: 1Mi}",
                        "limits.bdy (1Mi) is not a key of the configuration.\nMaybe one of these"),
                new Case("limits: 7", "limits (7) must be a section with keys of its own."),
                new Case("limits: {body: 3}", "limits.body (3) must be a size from 1Ki to 1Gi."),
                new Case("limits: {body: lots}", "limits.body (lots) must be a size from 1Ki to 1Gi."),
                new Case("limits: {body: [1]}", "limits.body ([1]) must be one value."),
                new Case("limits: {depth: 15}", "limits.depth (15) must be a whole number from 16 to 1000."),
                new Case("limits: {depth: many}", "limits.depth (many) must be a whole number from 16 to 1000."),
                new Case(
                        "timeouts: {idleConnection: 90s}",
                        "timeouts.idleConnection (90s) must be a time from 91s to 24h"),
                new Case("timeouts: {claim: 5}", "timeouts.claim (5) must be a time from 1s to 1h, such as 30s or 5m."),
                new Case("listen: here", "listen (here) must be HOST:PORT, with a port from 0 (any) to 65535."),
                new Case("listen: a:65536", "listen (a:65536) must be HOST:PORT"),
                new Case(
                        "tls: {certificate: /c}",
                        "tls.key () must be a file if tls.certificate is one, and only then."),
                new Case("tls: {clientCa: /ca}", "tls.clientCa (/ca) needs tls.certificate and tls.key."),
                new Case("ops: {listen: here}", "ops.listen (here) must be HOST:PORT"),
                new Case("lease: {role: lead}", "lease.role (lead) must be none, hold or follow."),
                new Case("lease: {renew: 6s}", "lease.renew (6s) must be a third of lease.duration at most."),
                new Case("prefix: ext", "prefix (ext) must be empty or a path such as /ext."),
                new Case("resources: {whole: gpu}", "resources.whole (gpu) must be a resource name such as"),
                new Case("prometheus: {url: here}", "prometheus.url (here) must be a URL such as http://prometheus"),
                new Case("prometheus: {every: 1h}", "prometheus.every (1h) must be a time from 100ms to 5m"),
                new Case("a: 1\na: 2", "the configuration is no YAML in line 2"),
                new Case("{", "the configuration is no YAML in line "),
                new Case("- a", "the configuration ([\"a\"]) must be a section with keys of its own."));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_stops_the_start_and_is_named(Case c) {
        assertThatThrownBy(() -> Config.parse(c.yaml()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(c.message());
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        assertThatThrownBy(() -> Config.read(Path.of("/no/such/file.yaml")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("/no/such/file.yaml");
    }
}
