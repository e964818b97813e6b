package dev.busbar.agent;

import dev.busbar.testclusters.FreePorts;
import dev.busbar.testclusters.node.StandInMachine;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running agent on a stand-in machine, started as the DaemonSet starts it. */
final class AgentProcess implements AutoCloseable {

    /** The options of docs/agent.md: small heap, one collector thread, quick start. */
    static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-XX:ReservedCodeCacheSize=24m",
            "-Xmn6m",
            "-Xmx32m",
            "-Xss512k",
            "--enable-native-access=ALL-UNNAMED");

    private final Process process;
    private final URI ops;

    private AgentProcess(Process process, URI ops) {
        this.process = process;
        this.ops = ops;
    }

    static AgentProcess start(StandInMachine machine, Path kubeconfig, Path log) throws IOException {
        return start(machine, List.of("--node", "n1", "--kubeconfig", kubeconfig.toString()), log);
    }

    /** How long one look takes, from the start of the process to its end. */
    static Duration once(StandInMachine machine, Path log) throws IOException, InterruptedException {
        var started = System.nanoTime();
        try (var agent = start(machine, List.of("--once"), log)) {
            if (!agent.process.waitFor(1, TimeUnit.MINUTES) || agent.process.exitValue() != 0) {
                throw new IllegalStateException("the agent did not look once; see " + log);
            }
            return Duration.ofNanos(System.nanoTime() - started);
        }
    }

    private static AgentProcess start(StandInMachine machine, List<String> options, Path log) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AgentMain.class.getName()));
        command.addAll(options);
        command.addAll(List.of(
                "--nvml",
                machine.library().toString(),
                "--sysfs",
                machine.sysfs().toString()));
        command.addAll(List.of("--pod-resources", machine.socket().toString()));
        var ops = "127.0.0.1:" + FreePorts.take(1)[0];
        command.addAll(List.of("--ops", ops));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        return new AgentProcess(
                builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start(),
                URI.create("http://" + ops));
    }

    /** What it answers to probes and to Prometheus. */
    String page(String path) throws IOException {
        try (var answer = ops.resolve(path).toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The kernel's account of the process. */
    String proc(String file) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
    }

    int end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the agent did not end within 10 s of SIGTERM");
        }
        return process.exitValue();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
