package dev.busbar.testclusters.stack;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Kubeflow pipeline on the demo model, run by kfp's own local runner: every step a process. */
@Tag("needs-python")
class PipelineIT {
    private static final String RUN = "inference/pipeline/run";
    private static final Pattern VERSION = Pattern.compile("published version: (\\w{12})");

    @TempDir
    static Path trained;

    @TempDir
    Path folder;

    /** The demo model's floats aren't kept, so the weights are what its integers say. */
    @BeforeAll
    static void train() {
        Script.run(RUN, "recover.py", demoModel().toString(), trained.toString())
                .well();
    }

    @Test
    void the_compiled_pipeline_is_as_compiled() throws IOException {
        var again = folder.resolve("pipeline.yaml");

        Script.run(RUN, "pipeline.py", "compile", again.toString()).well();

        assertThat(Files.readString(Rendered.MANIFESTS.resolve("components/kubeflow/pipeline.yaml")))
                .as("after a change: %s pipeline.py compile manifests/components/kubeflow/pipeline.yaml", RUN)
                .isEqualTo(Files.readString(again));
    }

    @Test
    void a_pair_goes_from_its_weights_to_where_its_translators_load_it() throws IOException {
        var said = run("--least-exact", "95", "--least-bleu", "95").well();

        var version = VERSION.matcher(said);
        assertThat(version.find()).as(said).isTrue();
        var change = Files.createDirectory(folder.resolve("change"));
        Files.writeString(change.resolve("kustomization.yaml"), component(said));
        assertChanged(overlay("base", change).the(StatefulSet.class, "translator-en-de"), version.group(1), said);
        assertThat(overlay("overlays/canary", change).yaml())
                .containsPattern(
                        "mountPath: \"?/models\"?\\s+name: \"?models\"?\\s+readOnly: true\\s+subPath: \"?en-de/"
                                + version.group(1));
        assertThat(translate(folder.resolve("volume/en-de/" + version.group(1) + "/en-de")))
                .isEqualTo(Files.readString(demoModel().resolve("unseen.target.txt"))
                        .lines()
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void a_pair_that_translates_too_badly_is_not_published() {
        var script = run("--sentences", "200", "--least-exact", "100.5");

        assertThat(script.code()).as(script.said()).isEqualTo(1);
        assertThat(script.said())
                .containsPattern("en-de is not published: exact is [\\d.]+, at least 100.50 is asked for");
        assertThat(folder.resolve("volume")).doesNotExist();
    }

    @Test
    void the_steps_own_tests_hold() {
        assertThat(Script.run(RUN, "test_steps.py").well()).contains("OK");
    }

    private static void assertChanged(StatefulSet translator, String version, String said) {
        var pod = translator.getSpec().getTemplate().getSpec();
        var container = pod.getContainers().getFirst();
        assertThat(container.getVolumeMounts())
                .anySatisfy(mount -> assertThat(mount.getSubPath()).isEqualTo("en-de/" + version));
        assertThat(pod.getVolumes())
                .anySatisfy(
                        volume -> assertThat(volume.getPersistentVolumeClaim()).isNotNull());
        var memory = requireNonNull(container.getResources().getLimits().get("busbar.dev/gpu-memory"));
        assertThat(said).contains("busbar.dev~1gpu-memory, value: " + memory);
        assertThat(Quantity.getAmountInBytes(memory).longValue()).isGreaterThan(100L << 20);
        assertThat(container.getEnv()).contains(new EnvVar("BUSBAR_GPU_MEMORY", memory.toString(), null));
    }

    private Script run(String... more) {
        var arguments = new ArrayList<>(List.of("pipeline.py", "run", "--pair", "en-de"));
        arguments.addAll(List.of("--trained", trained.toString()));
        arguments.addAll(List.of("--volume", folder.resolve("volume").toString()));
        arguments.addAll(List.of(more));
        return Script.run(RUN, arguments);
    }

    /** As publish prints it, without the indent of the runner's log. */
    private static String component(String said) {
        var text = said.substring(said.indexOf("    # The translators of en-de"));
        return text.substring(0, text.indexOf("[KFP Executor")).stripIndent();
    }

    private Rendered overlay(String of, Path change) throws IOException {
        var own = Files.createDirectories(folder.resolve(of.replace('/', '-')));
        Files.writeString(
                own.resolve("kustomization.yaml"),
                "resources: [%s]%ncomponents: [%s]%n"
                        .formatted(own.relativize(Rendered.MANIFESTS.resolve(of)), own.relativize(change)));
        return Rendered.parse(Kubectl.offline().kustomize(own));
    }

    /** The first of the unseen sentences, by a translator on this folder. */
    private static String translate(Path model) {
        var jar = Repository.root().resolve("inference/target/translator.jar");
        var unseen = demoModel().resolve("unseen.source.txt");
        return Script.program(
                        ProcessHandle.current().info().command().orElse("java"),
                        List.of("-jar", jar.toString(), "translate", "--model", model.toString(), unseen.toString()))
                .well()
                .lines()
                .filter(line -> !line.startsWith("WARNING"))
                .findFirst()
                .orElseThrow();
    }

    private static Path demoModel() {
        return Repository.root().resolve("inference/demo-model/en-de");
    }
}
