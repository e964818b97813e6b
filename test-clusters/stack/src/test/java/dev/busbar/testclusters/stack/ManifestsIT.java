package dev.busbar.testclusters.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Extra;
import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every folder that an administrator may apply, looked at by kustomize and by a real API server. */
class ManifestsIT {
    private static ControlPlane cluster;

    @BeforeAll
    static void start() {
        cluster = ControlPlane.start(Extra.CONTROLLER_MANAGER);
        Definitions.install(cluster);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    static Stream<Path> folders() {
        try (var overlays = Files.list(Rendered.MANIFESTS.resolve("overlays"))) {
            var kind = Repository.root().resolve("test-clusters/kind");
            var others = Stream.of(Rendered.MANIFESTS.resolve("base"), kind.resolve("stack"), kind.resolve("separate"));
            return Stream.concat(others, overlays.sorted().toList().stream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void the_api_server_takes_every_object_and_knows_every_field(Path folder) {
        var rendered = Rendered.of(folder);
        var kubectl = Kubectl.of(cluster);
        kubectl.run(rendered.first().yaml(), "apply", "--server-side", "--force-conflicts", "-f", "-");

        var answer = kubectl.run(
                "",
                "apply",
                "--server-side",
                "--force-conflicts",
                "--dry-run=server",
                "--validate=strict",
                "-k",
                folder.toString());

        assertThat(answer.lines())
                .hasSameSizeAs(rendered.objects())
                .allMatch(line -> line.endsWith(" (server dry run)"));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void an_image_of_ours_is_of_the_version_that_the_base_names(Path folder) {
        var versions = ours(Rendered.MANIFESTS.resolve("base")).collect(Collectors.toMap(ManifestsIT::name, it -> it));

        var images = ours(folder);

        assertThat(images)
                .allMatch(image -> image.contains(":"))
                .allMatch(image -> versions.getOrDefault(name(image), image).equals(image));
    }

    private static Stream<String> ours(Path folder) {
        return Kubectl.offline()
                .kustomize(folder)
                .lines()
                .filter(line -> line.contains("image: busbar/"))
                .map(line -> line.substring(line.indexOf("busbar/")))
                .distinct();
    }

    private static String name(String image) {
        return image.replaceFirst(":.*", "");
    }

    @Test
    void certificates_are_renewed_and_the_authority_stays() {
        var kubectl = Kubectl.of(cluster);
        var base = Rendered.of(Rendered.MANIFESTS.resolve("base"));
        kubectl.run(base.first().yaml(), "apply", "--server-side", "--force-conflicts", "-f", "-");
        var script = Rendered.MANIFESTS.resolve("components/separate/certificates");
        kubectl.script(script);
        var before = List.of(secret("busbar-extender-tls"), secret("busbar-scheduler-tls"));

        kubectl.script(script);

        for (var old : before) {
            var now = secret(old.getMetadata().getName()).getData();
            assertThat(now.get("ca.crt")).isNotEmpty().isEqualTo(old.getData().get("ca.crt"));
            assertThat(now.get("tls.crt"))
                    .isNotEmpty()
                    .isNotEqualTo(old.getData().get("tls.crt"));
            assertThat(now.get("tls.key"))
                    .isNotEmpty()
                    .isNotEqualTo(old.getData().get("tls.key"));
        }
    }

    private static Secret secret(String name) {
        return cluster.client()
                .secrets()
                .inNamespace("busbar-system")
                .withName(name)
                .require();
    }

    @Test
    void what_is_generated_is_as_generated(@TempDir Path folder) throws IOException, InterruptedException {
        var generate = Rendered.MANIFESTS.resolve("generate");

        int code = new ProcessBuilder(generate.toString(), folder.toString())
                .inheritIO()
                .start()
                .waitFor();

        assertThat(code).isZero();
        assertThat(files(folder))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(Files.readString(folder.resolve(file)))
                        .as("%s; after a change: manifests/generate", file)
                        .isEqualTo(Files.readString(Rendered.MANIFESTS.resolve(file))));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).map(folder::relativize).toList();
        }
    }
}
