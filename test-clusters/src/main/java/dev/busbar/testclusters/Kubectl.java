package dev.busbar.testclusters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The kubectl of the control plane, as an administrator types it. */
public final class Kubectl {
    /** Nobody answers there: whoever needs the network fails. */
    private static final String NO_PROXY = "http://127.0.0.1:1";

    private final String program;
    private final List<String> always;

    private Kubectl(List<String> always) {
        this.program = Binaries.find().program("kubectl");
        this.always = List.copyOf(always);
    }

    /** Without a cluster and without a network. */
    public static Kubectl offline() {
        return new Kubectl(List.of());
    }

    public static Kubectl of(ControlPlane cluster) {
        return new Kubectl(List.of("--kubeconfig", cluster.kubeconfig().toString()));
    }

    /** What `kubectl kustomize` makes of a folder. */
    public String kustomize(Path folder) {
        return run("", "kustomize", folder.toString());
    }

    /** Its standard output; throws with what it said when it fails. */
    public String run(String input, String... arguments) {
        var command = new ArrayList<>(List.of(program));
        command.addAll(always);
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(Map.of("HTTPS_PROXY", NO_PROXY, "HTTP_PROXY", NO_PROXY));
        builder.environment().put("NO_PROXY", always.isEmpty() ? "" : "127.0.0.1");
        try {
            var process = builder.start();
            var errors = new StringBuilder();
            var reader = Thread.ofVirtual()
                    .start(() -> process.errorReader(StandardCharsets.UTF_8)
                            .lines()
                            .forEach(line -> errors.append(line).append('\n')));
            Thread.ofVirtual().start(() -> write(process, input));
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            reader.join();
            if (code != 0) {
                throw new ClusterException(
                        "kubectl %s ended with %d:%n%s".formatted(String.join(" ", arguments), code, errors));
            }
            return output;
        } catch (IOException e) {
            throw new ClusterException("kubectl could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while kubectl ran", e);
        }
    }

    /** Runs a script that calls kubectl, for this cluster; throws with what it said when it fails. */
    public void script(Path script) {
        var builder = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true);
        var folder = Binaries.find().folder();
        builder.environment().merge("PATH", folder.toString(), (path, own) -> own + ":" + path);
        builder.environment().put("KUBECONFIG", always.getLast());
        try {
            var process = builder.start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new ClusterException("%s ended with %d:%n%s".formatted(script, code, said));
            }
        } catch (IOException e) {
            throw new ClusterException("%s could not be run".formatted(script), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while %s ran".formatted(script), e);
        }
    }

    private static void write(Process process, String input) {
        try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
            stdin.write(input);
        } catch (IOException e) {
            // it ended without reading all, and its exit status says why
        }
    }
}
