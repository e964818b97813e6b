package dev.busbar.server.kube;

import dev.busbar.core.cluster.ClusterEvent.NodeGone;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.server.source.ClusterSource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A cluster as its API server shows it: nodes, pods and GpuTopology objects are watched. */
public final class KubeCluster implements ClusterSource {
    private static final Logger LOG = LoggerFactory.getLogger(KubeCluster.class);
    private static final String STILL_READING = "Busbar is still reading the cluster";
    private static final ResourceDefinitionContext GPU_TOPOLOGY = new ResourceDefinitionContext.Builder()
            .withGroup("busbar.dev")
            .withVersion("v1alpha1")
            .withKind(GpuTopology.KIND)
            .withPlural("gputopologies")
            .withNamespaced(false)
            .build();

    private final KubeClients clients;
    private final KubeConfig config;
    private final ResourceNames names;
    private final InstantSource clock = InstantSource.system();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<Watches> watches = Optional.empty();
    private volatile Instant lastWhole = clock.instant();

    /** The watches once they have begun; that of the topologies begins when the cluster knows such objects. */
    private record Watches(
            Watched<Node> nodes, Watched<Pod> pods, Watched<GenericKubernetesResource> topologies, Kind kind) {
        boolean areListed() {
            return nodes.isListed() && pods.isListed() && (kind.isAbsent() || topologies.isListed());
        }

        boolean areWatching() {
            return nodes.isWatching() && pods.isWatching() && (kind.isAbsent() || topologies.isWatching());
        }
    }

    /** Whether the cluster has the GpuTopology resource. */
    private static final class Kind {
        private volatile boolean absent;

        boolean isAbsent() {
            return absent;
        }
    }

    public KubeCluster(KubeClients clients, KubeConfig config, ResourceNames names) {
        this.clients = clients;
        this.config = config;
        this.names = names;
    }

    @Override
    public void start(ClusterState state) {
        var client = clients.reading();
        var pods = new Watched<Pod>("Pod", client.pods().inAnyNamespace(), Pod::new, podSink(state));
        var topologies = new Topologies(state, client.getKubernetesSerialization(), pods::uid);
        var nodes = new Watched<Node>("Node", client.nodes(), Node::new, nodeSink(state, topologies));
        var objects = new Watched<GenericKubernetesResource>(
                GpuTopology.KIND,
                client.genericKubernetesResources(GPU_TOPOLOGY),
                GenericKubernetesResource::new,
                topologies);
        var kind = new Kind();
        watches = Optional.of(new Watches(nodes, pods, objects, kind));
        nodes.start();
        pods.start();
        Thread.ofVirtual().name("look-for-gputopology").start(() -> startWhenThere(client, objects, kind));
    }

    private Watched.Sink<Pod> podSink(ClusterState state) {
        var reader = new PodObjects(new DemandReader(names));
        return new Watched.Sink<>() {
            @Override
            public void seen(Pod pod) {
                state.apply(reader.read(pod).event());
            }

            @Override
            public void gone(Pod pod) {
                state.apply(new PodEnded(pod.getMetadata().getUid()));
            }
        };
    }

    private Watched.Sink<Node> nodeSink(ClusterState state, Topologies topologies) {
        var reader = new NodeObjects(names);
        return new Watched.Sink<>() {
            @Override
            public void seen(Node node) {
                state.apply(new NodeSeen(reader.read(node)));
                topologies.nodeChanged(node.getMetadata().getName());
            }

            @Override
            public void gone(Node node) {
                state.apply(new NodeGone(node.getMetadata().getName()));
            }
        };
    }

    private void startWhenThere(KubernetesClient client, Watched<GenericKubernetesResource> objects, Kind kind) {
        try {
            while (!isThere(client, kind)) {
                if (closed.await(config.lookAgain().toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            objects.start();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isThere(KubernetesClient client, Kind kind) {
        try {
            client.genericKubernetesResources(GPU_TOPOLOGY)
                    .list(new ListOptionsBuilder().withLimit(1L).build());
            kind.absent = false;
            return true;
        } catch (KubernetesClientException e) {
            boolean absent = e.getCode() == 404;
            if (!absent || !kind.absent) {
                LOG.atWarn()
                        .addKeyValue("reason", e.getMessage())
                        .log("GpuTopology objects can't be listed; Busbar looks again from time to time");
            }
            kind.absent = absent;
            return false;
        }
    }

    @Override
    public Optional<String> missing() {
        return watches.filter(Watches::areListed).isPresent() ? Optional.empty() : Optional.of(STILL_READING);
    }

    @Override
    public Duration age() {
        var now = clock.instant();
        if (watches.filter(Watches::areWatching).isPresent()) {
            lastWhole = now;
        }
        return Duration.between(lastWhole, now);
    }

    @Override
    public PodWriter writer() {
        return new KubePodWriter(clients.writing());
    }

    @Override
    public void close() {
        closed.countDown();
        watches.ifPresent(all -> {
            all.nodes().close();
            all.pods().close();
            all.topologies().close();
        });
        clients.close();
    }
}
