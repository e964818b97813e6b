package dev.busbar.testclusters.scaling;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.FreePorts;
import dev.busbar.testclusters.Neighbours;
import dev.busbar.testclusters.Program;
import dev.busbar.testclusters.SelfSigned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** KEDA's operator and metrics adapter as processes, and the API server told to ask the adapter for metrics. */
final class Keda {
    private static final Duration START = Duration.ofMinutes(2);

    private final Path program = Neighbours.folder("keda");
    private final Stage stage;
    private final Path certificates;

    private Keda(Stage stage) {
        this.stage = stage;
        this.certificates = certificates(stage.cluster().folder());
    }

    /** They end with the stage's JVM; returns when the API server can ask for metrics. */
    static void start(Stage stage) {
        var keda = new Keda(stage);
        stage.define(keda.program.resolve("crds"));
        var ports = FreePorts.take(4);
        stage.apply(wayToAdapter(ports[3]));
        keda.startOperator(ports[0], ports[1], ports[2]);
        keda.startAdapter(ports[0], ports[3]);
    }

    /** The aggregator resolves the name itself, so it reaches a process of this machine without a kube-proxy. */
    private static String wayToAdapter(int port) {
        return """
            apiVersion: v1
            kind: Namespace
            metadata: {name: keda}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: keda-adapter, namespace: keda}
            spec:
              type: ExternalName
              externalName: localhost
              ports: [{port: %d}]
            ---
            apiVersion: apiregistration.k8s.io/v1
            kind: APIService
            metadata: {name: v1beta1.external.metrics.k8s.io}
            spec:
              service: {name: keda-adapter, namespace: keda, port: %1$d}
              group: external.metrics.k8s.io
              version: v1beta1
              insecureSkipTLSVerify: true
              groupPriorityMinimum: 100
              versionPriority: 100
            """.formatted(port);
    }

    private static Path certificates(Path folder) {
        try {
            var certificates = Files.createDirectories(folder.resolve("keda"));
            var own = SelfSigned.create(certificates, "tls");
            Files.copy(own.certificate(), certificates.resolve("ca.crt"));
            return certificates;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String kubeconfig() {
        return stage.cluster().kubeconfig().toString();
    }

    private void startOperator(int grpc, int metrics, int probes) {
        var operator = start(
                "keda-operator",
                "--kubeconfig=" + kubeconfig(),
                "--leader-elect=false",
                "--enable-cert-rotation=false",
                "--cert-dir=" + certificates,
                "--ca-dir=" + certificates,
                "--metrics-service-bind-address=127.0.0.1:" + grpc,
                "--metrics-bind-address=127.0.0.1:" + metrics,
                "--health-probe-bind-address=127.0.0.1:" + probes);
        operator.awaitReady(START, () -> FreePorts.answers(grpc));
    }

    private void startAdapter(int grpc, int port) {
        var adapter = start(
                "keda-adapter",
                "--secure-port=" + port,
                "--bind-address=127.0.0.1",
                "--port=0",
                "--kubeconfig=" + kubeconfig(),
                "--lister-kubeconfig=" + kubeconfig(),
                "--authentication-kubeconfig=" + kubeconfig(),
                "--authorization-kubeconfig=" + kubeconfig(),
                "--cert-dir=" + certificates,
                "--tls-cert-file=" + certificates.resolve("tls.crt"),
                "--tls-private-key-file=" + certificates.resolve("tls.key"),
                "--client-ca-file=" + certificates.resolve("ca.crt"),
                "--metrics-service-address=127.0.0.1:" + grpc,
                "--metrics-service-grpc-authority=localhost");
        adapter.awaitReady(START, () -> FreePorts.answers(port));
        Await.until(
                "the API server reaches KEDA's adapter",
                START,
                () -> stage.kubectl(
                                "get",
                                "apiservice",
                                "v1beta1.external.metrics.k8s.io",
                                "-o",
                                "jsonpath={.status.conditions[?(@.type=='Available')].status}")
                        .equals("True"));
    }

    private Program start(String name, String... arguments) {
        var command = new ArrayList<>(List.of(
                "env",
                "KEDA_CLUSTER_OBJECT_NAMESPACE=keda",
                "POD_NAMESPACE=keda",
                "WATCH_NAMESPACE=",
                program.resolve(name).toString()));
        command.addAll(List.of(arguments));
        return Program.start(name, stage.cluster().logs().resolve(name + ".log"), command);
    }
}
