package dev.busbar.testclusters.e2enode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.testclusters.ClusterException;
import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Repository;
import dev.busbar.testclusters.node.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the images' scripts make, of a tree with a program of one line in the translator's place. */
class ImagesIT {
    private static final List<String> TREE = List.of(
            ".ci/jdk25", "manifests/images", "manifests/base/kustomization.yaml", "manifests/language-pairs.txt");

    @TempDir
    static Path folder;

    private static Path tree;
    private static Path first;
    private static Path image;

    @BeforeAll
    static void build() throws IOException {
        tree = folder.resolve("tree");
        for (var path : TREE) {
            Files.createDirectories(tree.resolve(path).resolveSibling("."));
            Tool.run(
                    "cp",
                    "-r",
                    Repository.root().resolve(path).toString(),
                    tree.resolve(path).toString());
        }
        for (var pair : List.of("en-de", "en-zh")) {
            var model =
                    Files.createDirectories(tree.resolve("inference/demo-model").resolve(pair));
            Files.writeString(model.resolve("config.json"), pair);
        }
        Files.createDirectories(folder.resolve("base/etc"));
        Files.writeString(folder.resolve("base/etc/os-release"), "NAME=base\n");
        program(Files.createDirectories(tree.resolve("inference/target")).resolve("translator.jar"));
        first = built("translators", "first.tar");
        image = Files.createDirectory(folder.resolve("image"));
        Tool.run("tar", "-xf", first.toString(), "-C", image.toString());
    }

    private static void program(Path jar) throws IOException {
        var source = folder.resolve("Main.java");
        Files.writeString(
                source, "class Main { public static void main(String... words) { System.out.print(words[0]); } }");
        run("javac", "-d", folder.resolve("classes").toString(), source.toString());
        run(
                "jar",
                "-cfe",
                jar.toString(),
                "Main",
                "-C",
                folder.resolve("classes").toString(),
                ".");
    }

    private static void run(String tool, String... arguments) {
        assertThat(ToolProvider.findFirst(tool).orElseThrow().run(System.out, System.err, arguments))
                .isZero();
    }

    private static Path built(String name, String archive) {
        var out = folder.resolve(archive);
        Tool.run(
                tree.resolve("manifests/images/without-docker").toString(),
                name,
                folder.resolve("base").toString(),
                out.toString());
        return out;
    }

    @Test
    void the_same_files_give_the_same_archive_whenever_they_were_written() throws IOException {
        var later = FileTime.from(Instant.now().plusSeconds(3600));
        for (var file : List.of("base/etc/os-release", "tree/inference/demo-model/en-de/config.json")) {
            Files.setLastModifiedTime(folder.resolve(file), later);
        }

        var second = built("translators", "second.tar");

        assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    }

    @Test
    void each_image_of_the_manifests_is_made_under_its_name_and_runs_as_nobody() throws IOException {
        var named = Kubectl.offline()
                .kustomize(Repository.root().resolve("manifests/base"))
                .lines()
                .filter(line -> line.contains("image: busbar/translator-"))
                .map(line -> line.replaceFirst(".*image: *", "docker.io/"));

        var made = json("manifest.json");

        assertThat(made.valueStream().map(one -> one.path("RepoTags").path(0).asString()))
                .containsExactlyInAnyOrderElementsOf(named.toList());
        for (var one : made) {
            var config = json(one.path("Config").asString());
            assertThat(config.path("config").path("User").asString()).isEqualTo("65532:65532");
            assertThat(strings(config.path("config").path("Entrypoint")))
                    .containsExactly("/opt/java/bin/java", "-jar", "/opt/busbar/translator.jar");
            assertThat(strings(config.path("rootfs").path("diff_ids")))
                    .containsExactlyElementsOf(
                            strings(one.path("Layers")).map(ImagesIT::digest).toList());
        }
    }

    @Test
    void a_layer_is_roots_and_holds_a_runtime_that_runs_the_program() throws IOException {
        var root = Files.createDirectory(folder.resolve("root"));
        for (var layer : strings(json("manifest.json").path(0).path("Layers")).toList()) {
            var archive = image.resolve(layer).toString();
            assertThat(Tool.run("tar", "--numeric-owner", "-tvf", archive).lines())
                    .allSatisfy(line -> assertThat(line).contains(" 0/0 "));
            Tool.run("tar", "--no-same-owner", "-xf", archive, "-C", root.toString());
        }

        var said = Tool.run(
                root.resolve("opt/java/bin/java").toString(),
                "-jar",
                root.resolve("opt/busbar/translator.jar").toString(),
                "hello");

        assertThat(said).isEqualTo("hello");
        assertThat(root.resolve("etc/os-release")).exists();
        assertThat(root.resolve("models/en-de/config.json")).hasContent("en-de");
    }

    @Test
    void what_is_missing_is_named() {
        assertThatThrownBy(() -> built("busbar", "none.tar"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("extender/app/target/busbar.jar is not there.\nMaybe run make build.");
        assertThatThrownBy(() -> built("translator-en-fr", "none.tar"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("no model for en-fr is in");
    }

    private static String digest(String layer) {
        var said = Tool.run("sha256sum", image.resolve(layer).toString());
        return "sha256:" + said.substring(0, said.indexOf(' '));
    }

    private static JsonNode json(String file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(image.resolve(file)));
    }

    private static Stream<String> strings(JsonNode list) {
        return list.valueStream().map(JsonNode::asString);
    }
}
