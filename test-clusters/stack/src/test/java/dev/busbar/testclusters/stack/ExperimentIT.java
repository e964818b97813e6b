package dev.busbar.testclusters.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Katib experiment, looked at and turned into trials by Katib's own code; the trials run as processes. */
@Tag("needs-python")
class ExperimentIT {
    private static final Path EXPERIMENT = Rendered.MANIFESTS.resolve("components/kubeflow/experiment.yaml");
    private static final String ASK = "test-clusters/katib/ask";
    private static final String RUN = "inference/pipeline/run";

    @TempDir
    Path folder;

    @Test
    void katib_takes_the_experiment() {
        assertThat(Script.run(ASK, "validate", EXPERIMENT.toString()).well())
                .endsWith("experiment translator-en-de: maximize capacity\n");
    }

    @ParameterizedTest
    @CsvSource({
        "reference: delay, reference: wait, parameter reference wait does not exist",
        "algorithmName: tpe, algorithmName: tbe, without an algorithm tbe",
        "primaryContainerName:, primaryContainer:, unknown field",
    })
    void katib_refuses_a_wrong_one(String right, String wrong, String why) throws IOException {
        var file = Files.writeString(
                folder.resolve("experiment.yaml"), Files.readString(EXPERIMENT).replace(right, wrong));

        var script = Script.run(ASK, "validate", file.toString());

        assertThat(script.code()).as(script.said()).isEqualTo(1);
        assertThat(script.said()).contains(why);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, fp32", "32, 5, int8"})
    void a_trial_measures_a_translator_with_its_settings(String batch, String delay, String precision)
            throws IOException {
        var trained = folder.resolve("trained");
        var model = Repository.root().resolve("inference/demo-model/en-de");
        Script.run(RUN, "recover.py", model.toString(), trained.toString()).well();
        var trial = Script.run(
                        ASK,
                        "trial",
                        EXPERIMENT.toString(),
                        "batch=" + batch,
                        "delay=" + delay,
                        "precision=" + precision)
                .well();

        // Gentle and short, so that it is carried on any machine; the last of an option's values counts.
        var command = new ArrayList<>(command(trial, trained));
        command.addAll(List.of("--rates=5,10", "--seconds=2", "--p99=60000", "--sentences=200"));
        var log = Files.writeString(
                folder.resolve("log"), Script.run(RUN, command).well());

        var metrics = Script.run(ASK, "metrics", EXPERIMENT.toString(), log.toString())
                .well();
        var values = metrics.lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(line -> line[0], line -> Double.parseDouble(line[1])));
        assertThat(values).containsOnlyKeys("capacity", "p99_milliseconds", "bleu", "exact");
        assertThat(values.get("capacity")).isPositive();
        assertThat(values.get("p99_milliseconds")).isPositive();
        assertThat(Map.of("bleu", values.get("bleu"), "exact", values.get("exact"))
                        .values())
                .allSatisfy(value -> assertThat(value).isBetween(90.0, 100.0));
    }

    /** The container's command, here: python3 and the script's folder are the runner's business, and the volume is a folder. */
    private static List<String> command(String trial, Path trained) {
        var line =
                trial.lines().filter(text -> text.startsWith("{")).findFirst().orElseThrow();
        var pod = new KubernetesSerialization()
                .unmarshal(line, Job.class)
                .getSpec()
                .getTemplate()
                .getSpec();
        var command = pod.getContainers().getFirst().getCommand();
        assertThat(command).startsWith("python3", "/opt/busbar/pipeline/trial.py");
        return command.stream()
                .skip(1)
                .map(word -> word.replace("/opt/busbar/pipeline/", "")
                        .replace("/mnt/models/trained/en-de", trained.toString()))
                .toList();
    }
}
