package dev.busbar.server.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.vertx5.Vertx5HttpClientFactory;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Our connections to one API server: one to read and watch, which tries again, and one to write, which does not. */
public final class KubeClients implements AutoCloseable {
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final KubernetesClient reading;
    private final KubernetesClient writing;

    private KubeClients(Config config, KubeConfig timeouts) {
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setInternalBlockingPoolSize(2)
                .setUseDaemonThread(true));
        this.reading = client(new ConfigBuilder(config)
                .withRequestTimeout((int) timeouts.readTimeout().toMillis())
                .withConnectionTimeout((int) timeouts.connectTimeout().toMillis())
                .build());
        this.writing = client(new ConfigBuilder(config)
                .withRequestTimeout((int) timeouts.writeTimeout().toMillis())
                .withConnectionTimeout((int) shorter(timeouts.connectTimeout(), timeouts.writeTimeout())
                        .toMillis())
                .withRequestRetryBackoffLimit(0)
                .build());
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private KubernetesClient client(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new Vertx5HttpClientFactory(vertx))
                .build();
    }

    /**
     * As the kubeconfig file says, or as a pod of the cluster.
     *
     * @throws IllegalArgumentException when the file can't be read
     */
    public static KubeClients connect(Optional<Path> kubeconfig, KubeConfig config) {
        return new KubeClients(kubeconfig.map(KubeClients::read).orElseGet(KubeClients::inCluster), config);
    }

    private static Config read(Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(
                    "the kubeconfig file (%s) can't be read\nMaybe it is another path.".formatted(file));
        }
        try {
            return Config.fromKubeconfig(file.toFile());
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the kubeconfig file (%s) is not one: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static Config inCluster() {
        if (System.getenv("KUBERNETES_SERVICE_HOST") == null) {
            throw new IllegalArgumentException("""
                this is no pod of a cluster (KUBERNETES_SERVICE_HOST is not set)
                Maybe give --kubeconfig FILE, or --cluster DIR for a cluster in files.\
                """);
        }
        return new ConfigBuilder().build();
    }

    KubernetesClient reading() {
        return reading;
    }

    KubernetesClient writing() {
        return writing;
    }

    @Override
    public void close() {
        reading.close();
        writing.close();
        // The clients close their connections on this event loop; without it they would complain.
        vertx.setTimer(GOODBYE.toMillis(), later -> vertx.close());
    }
}
