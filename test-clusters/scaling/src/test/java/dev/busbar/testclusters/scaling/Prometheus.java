package dev.busbar.testclusters.scaling;

import dev.busbar.testclusters.FreePorts;
import dev.busbar.testclusters.Neighbours;
import dev.busbar.testclusters.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real Prometheus that scrapes what its configuration says. */
final class Prometheus implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(1);

    private final Program program;
    private final int port;

    private Prometheus(Program program, int port) {
        this.program = program;
        this.port = port;
    }

    static Prometheus start(Path folder, Path logs, String configuration) {
        var port = FreePorts.take(1)[0];
        try {
            var file = Files.writeString(folder.resolve("prometheus.yaml"), configuration);
            var program = Program.start(
                    "prometheus",
                    logs.resolve("prometheus.log"),
                    List.of(
                            Neighbours.folder("prometheus")
                                    .resolve("prometheus")
                                    .toString(),
                            "--config.file=" + file,
                            "--storage.tsdb.path=" + folder.resolve("prometheus"),
                            "--web.listen-address=127.0.0.1:" + port));
            program.awaitReady(START, () -> FreePorts.answers(port));
            return new Prometheus(program, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        program.kill();
    }
}
