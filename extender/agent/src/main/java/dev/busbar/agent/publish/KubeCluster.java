package dev.busbar.agent.publish;

import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import io.fabric8.kubernetes.client.Client;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Cluster} over HTTP: plain requests, since three objects do not pay for a model of all of Kubernetes. */
public final class KubeCluster implements Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(KubeCluster.class);
    private static final String TOPOLOGIES = "/apis/busbar.dev/v1alpha1/gputopologies";
    private static final String JSON = "application/json";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Client client;

    public KubeCluster(Client client) {
        this.client = client;
    }

    /** By the file, else as the pod we run in. */
    public static KubernetesClient connect(Optional<Path> kubeconfig) {
        var config = kubeconfig.map(KubeCluster::config).orElseGet(() -> new ConfigBuilder().build());
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    private static Config config(Path kubeconfig) {
        try {
            return Config.fromKubeconfig(Files.readString(kubeconfig));
        } catch (IOException _) {
            throw new IllegalArgumentException("--kubeconfig (%s) can't be read".formatted(kubeconfig));
        }
    }

    @Override
    public Outcome read(String node) {
        return topology(send("GET", TOPOLOGIES + "/" + node, JSON, ""));
    }

    @Override
    public Outcome create(GpuTopology topology) {
        return topology(send("POST", TOPOLOGIES, JSON, GpuTopologyCodec.toJson(topology)));
    }

    @Override
    public Outcome replaceSpec(GpuTopology topology) {
        var patch = """
                [{"op":"test","path":"/metadata/resourceVersion","value":"%s"},{"op":"add","path":"/spec","value":%s}]"""
                .formatted(topology.metadata().resourceVersion(), GpuTopologyCodec.toJson(topology.spec()));
        return topology(send("PATCH", TOPOLOGIES + "/" + topology.node(), JSON_PATCH, patch));
    }

    @Override
    public Outcome replaceStatus(GpuTopology topology) {
        var patch = "[{\"op\":\"add\",\"path\":\"/status\",\"value\":%s}]"
                .formatted(GpuTopologyCodec.toJson(topology.status()));
        return topology(send("PATCH", TOPOLOGIES + "/" + topology.node() + "/status", JSON_PATCH, patch));
    }

    @Override
    public boolean advertise(String node, int gpus) {
        var patch = """
                {"status":{"capacity":{"busbar.dev/gpu":"%d"},"allocatable":{"busbar.dev/gpu":"%d"}}}"""
                .formatted(gpus, gpus);
        var reply = send("PATCH", "/api/v1/nodes/" + node + "/status", MERGE_PATCH, patch);
        if (reply.code() != 200) {
            LOG.warn("Node status refused; trying again node={} reason={}", node, reply.reason());
            return false;
        }
        LOG.info("Advertised busbar.dev/gpu node={} gpus={}", node, gpus);
        return true;
    }

    /** An HTTP answer; code 0 when there was none. */
    private record Reply(int code, String body) {
        String reason() {
            return code == 0 ? body : "HTTP %d %s".formatted(code, body.substring(0, Math.min(body.length(), 200)));
        }
    }

    private static Outcome topology(Reply reply) {
        return switch (reply.code()) {
            case 200, 201 -> new Outcome.Stands(GpuTopologyCodec.fromApi(reply.body()));
            case 404 -> new Outcome.Absent();
            default -> new Outcome.Failed(reply.reason());
        };
    }

    private Reply send(String method, String path, String contentType, String body) {
        var builder = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl().toString()).resolve(path))
                .timeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        var request = body.isEmpty() ? builder.build() : builder.method(method, contentType, body).build();
        return await(client.getHttpClient().sendAsync(request, String.class), request);
    }

    private static Reply await(CompletableFuture<HttpResponse<String>> answer, HttpRequest request) {
        try {
            var response = answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return new Reply(response.code(), response.body());
        } catch (TimeoutException _) {
            answer.cancel(true);
            return new Reply(0, "no answer from %s within %s".formatted(request.uri(), TIMEOUT));
        } catch (ExecutionException e) {
            return new Reply(0, "no answer from %s: %s".formatted(request.uri(), e.getCause()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Reply(0, "interrupted");
        }
    }
}
