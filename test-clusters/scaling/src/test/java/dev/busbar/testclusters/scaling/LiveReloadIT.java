package dev.busbar.testclusters.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Translator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A translator reads the file of its ConfigMap again when the kubelet has changed it. */
class LiveReloadIT {
    private static final Duration PROMISED = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private ConfigMapVolume volume;
    private Translator translator;

    @BeforeEach
    void start() {
        volume = new ConfigMapVolume(folder.resolve("volume"), "batch: {maxRows: 32}\n");
        translator = Translator.serve(
                "translator",
                folder,
                "--models",
                DemoModels.of("en-de", folder.resolve("models")).toString(),
                "--config",
                volume.file().toString());
    }

    @AfterEach
    void stop() {
        translator.close();
    }

    @Test
    void a_change_takes_effect_within_ten_seconds_without_a_restart() {
        var before = maxRows();
        var start = System.nanoTime();

        volume.change("batch: {maxRows: 7}\n");
        Await.until("batches have 7 rows at most", PROMISED, () -> maxRows() == 7);

        System.out.printf("a changed ConfigMap took effect after %d ms%n", (System.nanoTime() - start) / 1_000_000);
        assertThat(before).isEqualTo(32);
        assertThat(reloads("taken")).isEqualTo(1);
    }

    @Test
    void a_mistake_is_refused_and_counted_and_what_was_set_stays() throws IOException {
        volume.change("batch: {maxRows: 7}\n");
        Await.until("batches have 7 rows at most", PROMISED, () -> maxRows() == 7);

        volume.change("batch: {maxRow: 9}\n");
        Await.until("the mistake is counted", PROMISED, () -> reloads("refused") == 1);

        assertThat(maxRows()).isEqualTo(7);
        assertThat(Files.readString(translator.log()))
                .contains("batch.maxRow is not a known key")
                .contains("the settings before it stay");
        assertThat(translator.ready()).isTrue();
        volume.change("batch: {maxRows: 9}\n");
        Await.until("the next good file is taken", PROMISED, () -> maxRows() == 9);
    }

    private double maxRows() {
        return translator.metric("translator_batch_max_rows", "en-de").orElse(0);
    }

    private double reloads(String outcome) {
        return translator
                .metric("translator_config_reloads_total", "\"%s\"".formatted(outcome))
                .orElse(0);
    }
}
