package dev.busbar.testclusters.e2e;

import dev.busbar.testclusters.Busbar;
import dev.busbar.testclusters.Certificates;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.FreePorts;
import dev.busbar.testclusters.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One of several Busbars, by the configuration that is shipped for them; only addresses and folders are the test's. */
final class Replica implements AutoCloseable {
    private static final Duration PROBE = Duration.ofSeconds(1);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PROBE)
            .build();
    private final Program program;
    private final int port;
    private final int ops;
    private final String name;

    private Replica(String name, Program program, int port, int ops) {
        this.name = name;
        this.program = program;
        this.port = port;
        this.ops = ops;
    }

    static Replica start(ControlPlane cluster, Path shipped, Certificates certificates, String name) {
        var ports = FreePorts.take(2);
        try {
            var config = Files.readString(shipped)
                    .replace("listen: 0.0.0.0:8888", "listen: 127.0.0.1:" + ports[0])
                    .replace("listen: 0.0.0.0:9090", "listen: 127.0.0.1:" + ports[1])
                    .replace("/etc/busbar-tls", certificates.ofBusbar().toString());
            var file = Files.writeString(cluster.folder().resolve(name + ".yaml"), config);
            var command = Busbar.command("--kubeconfig", cluster.kubeconfig().toString(), "--config", file.toString());
            var program = Program.start(name, cluster.logs().resolve(name + ".log"), command);
            return new Replica(name, program, ports[0], ports[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + port);
    }

    Program program() {
        return program;
    }

    /** What the kubelet's probe would find; a process that is stopped answers nobody. */
    boolean ready() {
        return get("/readyz") == 200;
    }

    boolean alive() {
        return get("/healthz") == 200;
    }

    private int get(String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(ops, path)))
                    .timeout(PROBE)
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** Stops it as it stands, in the middle of whatever it does. */
    void freeze() {
        signal("STOP");
    }

    void goOn() {
        signal("CONT");
    }

    private void signal(String signal) {
        var kill = List.of("kill", "-" + signal, Long.toString(program.pid()));
        try {
            new ProcessBuilder(kill).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        goOn();
        program.kill();
        http.close();
    }
}
