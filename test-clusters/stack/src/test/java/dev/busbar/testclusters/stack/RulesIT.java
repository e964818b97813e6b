package dev.busbar.testclusters.stack;

import static dev.busbar.testclusters.stack.RuleCase.fires;
import static dev.busbar.testclusters.stack.RuleCase.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Neighbours;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool on the alert rules: each fires above its threshold and not at it. */
@Tag("needs-prometheus")
class RulesIT {
    private static final String LATENCY = "translator_inference_latency_seconds_bucket{pair=\"p\",le=\"%s\"} 0+%dx30";
    private static final String VERB = "busbar_verb_seconds_bucket{verb=\"filter\",le=\"%s\"} 0+%dx30";

    private static final List<RuleCase> CASES = List.of(
            fires("GpuBusy", 16, "translator_device_utilization_ratio{pair=\"p\",device=\"0\"} 0.91x20"),
            silent("GpuBusy", 16, "translator_device_utilization_ratio{pair=\"p\",device=\"0\"} 0.9x20"),
            silent("GpuBusy", 14, "translator_device_utilization_ratio{pair=\"p\",device=\"0\"} 0.91x20"),
            // 98 of 100 within half a second, so the 99th is slower; with 99 of 100 it is not.
            fires(
                    "TranslationSlow",
                    15,
                    LATENCY.formatted("0.5", 98),
                    LATENCY.formatted("1", 100),
                    LATENCY.formatted("+Inf", 100)),
            silent(
                    "TranslationSlow",
                    15,
                    LATENCY.formatted("0.5", 99),
                    LATENCY.formatted("1", 100),
                    LATENCY.formatted("+Inf", 100)),
            fires(
                    "TranslationQueueLong",
                    4,
                    "translator_requests_waiting{pair=\"p\",pod=\"0\"} 51x9",
                    "translator_requests_waiting{pair=\"p\",pod=\"1\"} 50x9"),
            silent(
                    "TranslationQueueLong",
                    4,
                    "translator_requests_waiting{pair=\"p\",pod=\"0\"} 50x9",
                    "translator_requests_waiting{pair=\"p\",pod=\"1\"} 50x9"),
            fires(
                    "TranslationFails",
                    20,
                    "translator_http_responses_total{pair=\"p\",status=\"503\"} 0+51x30",
                    "translator_http_responses_total{pair=\"p\",status=\"200\"} 0+949x30"),
            silent(
                    "TranslationFails",
                    20,
                    "translator_http_responses_total{pair=\"p\",status=\"503\"} 0+49x30",
                    "translator_http_responses_total{pair=\"p\",status=\"200\"} 0+951x30"),
            fires("TranslatorOutOfMemory", 10, "translator_out_of_memory_total{pair=\"p\"} 0x5 1x5"),
            silent("TranslatorOutOfMemory", 10, "translator_out_of_memory_total{pair=\"p\"} 1x10"),
            fires(
                    "TranslatorSettingsRefused",
                    10,
                    "translator_config_reloads_total{pair=\"p\",outcome=\"refused\"} 0x5 1x5"),
            silent(
                    "TranslatorSettingsRefused",
                    10,
                    "translator_config_reloads_total{pair=\"p\",outcome=\"taken\"} 0x5 1x5"),
            fires("BusbarDown", 3),
            fires("BusbarDown", 3, "up{job=\"busbar-scheduler\",instance=\"a\"} 0x9"),
            silent(
                    "BusbarDown",
                    3,
                    "up{job=\"busbar-scheduler\",instance=\"a\"} 0x9",
                    "up{job=\"busbar-scheduler\",instance=\"b\"} 1x9"),
            fires("BusbarNotReady", 6, "busbar_decisions_total{verb=\"filter\",verdict=\"not-ready\"} 0+1x9"),
            silent("BusbarNotReady", 6, "busbar_decisions_total{verb=\"filter\",verdict=\"not-ready\"} 7x9"),
            fires("BusbarNobodyDecides", 3, "busbar_decides{instance=\"a\"} 0x9", "busbar_decides{instance=\"b\"} 0x9"),
            fires("BusbarNobodyDecides", 3, "busbar_decides{instance=\"a\"} 1x9", "busbar_decides{instance=\"b\"} 1x9"),
            silent(
                    "BusbarNobodyDecides",
                    3,
                    "busbar_decides{instance=\"a\"} 0x9",
                    "busbar_decides{instance=\"b\"} 1x9"),
            fires("BusbarDrift", 2, "busbar_drifted{instance=\"a\"} 1x9", "busbar_drifted{instance=\"b\"} 0x9"),
            silent("BusbarDrift", 2, "busbar_drifted{instance=\"a\"} 0x9"),
            fires("BusbarAgentDown", 6, "up{job=\"busbar-agent\",node=\"n\"} 0x9"),
            silent("BusbarAgentDown", 4, "up{job=\"busbar-agent\",node=\"n\"} 0x9"),
            silent("BusbarAgentDown", 6, "up{job=\"busbar-agent\",node=\"n\"} 1x9"),
            fires("BusbarTopologyStale", 6, "busbar_agent_silence_seconds{instance=\"a\"} 2401x9"),
            silent("BusbarTopologyStale", 6, "busbar_agent_silence_seconds{instance=\"a\"} 2400x9"),
            fires("BusbarAgentNotPublishing", 2, "busbar_agent_published_age_seconds{node=\"n\"} 301x9"),
            silent("BusbarAgentNotPublishing", 2, "busbar_agent_published_age_seconds{node=\"n\"} 300x9"),
            fires("BusbarAgentWithoutKubelet", 6, "busbar_agent_kubelet_answers{node=\"n\"} 0x9"),
            silent("BusbarAgentWithoutKubelet", 6, "busbar_agent_kubelet_answers{node=\"n\"} 1x9"),
            fires("GpuLost", 2, "busbar_agent_gpus{node=\"n\",health=\"lost\"} 1x9"),
            silent("GpuLost", 2, "busbar_agent_gpus{node=\"n\",health=\"healthy\"} 8x9"),
            fires("GpuDegraded", 16, "busbar_agent_gpus{node=\"n\",health=\"degraded\"} 1x20"),
            silent("GpuDegraded", 14, "busbar_agent_gpus{node=\"n\",health=\"degraded\"} 1x20"),
            silent("GpuDegraded", 16, "busbar_agent_gpus{node=\"n\",health=\"lost\"} 1x20"),
            fires("BusbarPictureStale", 3, "busbar_snapshot_age_seconds{instance=\"a\"} 61x9"),
            silent("BusbarPictureStale", 3, "busbar_snapshot_age_seconds{instance=\"a\"} 60x9"),
            fires(
                    "BusbarSlow",
                    15,
                    VERB.formatted("0.25", 98),
                    VERB.formatted("0.5", 100),
                    VERB.formatted("+Inf", 100)),
            silent(
                    "BusbarSlow",
                    15,
                    VERB.formatted("0.25", 99),
                    VERB.formatted("0.5", 100),
                    VERB.formatted("+Inf", 100)),
            fires(
                    "BusbarBindConflicts",
                    25,
                    "busbar_bind_conflicts_total{instance=\"a\"} 0+51x30",
                    "busbar_verb_seconds_count{verb=\"bind\"} 0+1000x30"),
            silent(
                    "BusbarBindConflicts",
                    25,
                    "busbar_bind_conflicts_total{instance=\"a\"} 0+49x30",
                    "busbar_verb_seconds_count{verb=\"bind\"} 0+1000x30"),
            fires("BusbarBindUnknown", 12, "busbar_decisions_total{verb=\"bind\",verdict=\"unknown\"} 0x5 1 2 3 4 4x9"),
            silent(
                    "BusbarBindUnknown",
                    12,
                    "busbar_decisions_total{verb=\"bind\",verdict=\"unknown\"} 0x5 1 2 2 2 2x9"));

    @TempDir
    Path folder;

    @Test
    void each_alert_fires_above_its_threshold_and_is_silent_at_it() throws IOException, InterruptedException {
        var rules = rules();
        Files.writeString(folder.resolve("rules.yaml"), new KubernetesSerialization().asYaml(rules));
        Files.writeString(
                folder.resolve("test.yaml"),
                "rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n"
                        + CASES.stream().map(RuleCase::yaml).collect(Collectors.joining()));

        promtool("check", "rules", "--lint-fatal", "rules.yaml");
        promtool("test", "rules", "test.yaml");

        var alerts = Expression.of(Rendered.of(Rendered.MANIFESTS.resolve("overlays/monitoring"))
                        .objects())
                .stream()
                .filter(expression -> expression.where().startsWith("PrometheusRule"))
                .map(expression -> expression.where().replaceFirst(".* ", ""))
                .toList();
        var operations = Files.readString(Repository.root().resolve("docs/operations.md"));
        for (var alert : alerts) {
            assertThat(operations).contains("`" + alert + "`");
            assertThat(CASES)
                    .as("cases for %s", alert)
                    .anyMatch(one -> one.alert().equals(alert) && one.fires())
                    .anyMatch(one -> one.alert().equals(alert) && !one.fires());
        }
    }

    private static Map<String, Object> rules() {
        return Rendered.of(Rendered.MANIFESTS.resolve("overlays/monitoring"))
                .all(GenericKubernetesResource.class)
                .stream()
                .filter(object -> object.getKind().equals("PrometheusRule"))
                .findFirst()
                .orElseThrow()
                .get("spec");
    }

    private void promtool(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of(Neighbours.folder("prometheus").resolve("promtool").toString()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
