package dev.busbar.testclusters.stack;

import dev.busbar.testclusters.FreePorts;
import dev.busbar.testclusters.Program;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The agent's container as its manifest says (arguments, options), as a process beside a stand-in for the GPU driver. */
record RunningAgent(Program program, URI ops) implements AutoCloseable {
    private static final Duration PROBE = Duration.ofSeconds(10);

    static RunningAgent start(Container container, String node, StandInGpus gpus, Path kubeconfig, Path logs) {
        var ops = "127.0.0.1:" + FreePorts.take(1)[0];
        var command = new ArrayList<>(List.of("env"));
        container.getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .forEach(variable -> command.add(variable.getName() + "=" + variable.getValue()));
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of(
                "-jar",
                Repository.root().resolve("extender/app/target/busbar.jar").toString()));
        for (var argument : container.getArgs()) {
            command.add(argument.replace("=/host/sys", "=" + gpus.sysfs())
                    .replace("=/host", "=" + gpus.folder())
                    .replace("=0.0.0.0:9090", "=" + ops));
        }
        command.addAll(List.of("--nvml=" + gpus.library(), "--kubeconfig=" + kubeconfig, "--node=" + node));
        var name = "agent-" + node;
        return new RunningAgent(Program.start(name, logs.resolve(name + ".log"), command), URI.create("http://" + ops));
    }

    /** The status of its answer; 0 when there is none. */
    int status(String path) {
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(ops.resolve(path)).timeout(PROBE).build();
            return http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
