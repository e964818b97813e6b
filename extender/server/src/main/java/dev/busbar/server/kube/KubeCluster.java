package dev.busbar.server.kube;

import dev.busbar.core.cluster.ClusterEvent.NodeGone;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.server.devices.DriftNotice;
import dev.busbar.server.kube.OptionalKind.Need;
import dev.busbar.server.lease.Leases;
import dev.busbar.server.lease.Tenure;
import dev.busbar.server.source.ClusterSource;
import dev.busbar.server.wake.Waker;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A cluster as its API server shows it: nodes, pods and GpuTopology objects are watched. */
public final class KubeCluster implements ClusterSource {
    private static final Logger LOG = LoggerFactory.getLogger(KubeCluster.class);
    private static final String STILL_READING = "Busbar is still reading the cluster";
    private static final ResourceDefinitionContext GPU_TOPOLOGY =
            clusterKind("busbar.dev", "v1alpha1", GpuTopology.KIND, "gputopologies");
    private static final ResourceDefinitionContext NODE_RESOURCE_TOPOLOGY =
            clusterKind("topology.node.k8s.io", "v1alpha2", "NodeResourceTopology", "noderesourcetopologies");
    private static final ResourceDefinitionContext RESOURCE_SLICE =
            clusterKind("resource.k8s.io", "v1", "ResourceSlice", "resourceslices");

    private final KubeClients clients;
    private final KubeConfig config;
    private final ResourceNames names;
    private final InstantSource clock = InstantSource.system();
    private volatile Optional<Watched.Sink<Pod>> podSink = Optional.empty();
    private volatile Optional<Watches> watches = Optional.empty();
    private volatile Instant lastWhole = clock.instant();

    /** The watches once they have begun; those of optional kinds begin when the cluster knows such objects. */
    private record Watches(Watched<Node> nodes, Watched<Pod> pods, List<OptionalKind> optional) {
        boolean areListed() {
            return nodes.isListed() && pods.isListed() && optional.stream().allMatch(OptionalKind::isListed);
        }

        boolean areWatching() {
            return nodes.isWatching() && pods.isWatching() && optional.stream().allMatch(OptionalKind::isWatching);
        }
    }

    public KubeCluster(KubeClients clients, KubeConfig config, ResourceNames names) {
        this.clients = clients;
        this.config = config;
        this.names = names;
    }

    private static ResourceDefinitionContext clusterKind(String group, String version, String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(false)
                .build();
    }

    @Override
    public void start(ClusterState state) {
        var client = clients.reading();
        var topologies = new Topologies(state, names, this::podUid);
        var sink = podSink(state, topologies);
        podSink = Optional.of(sink);
        var pods = new Watched<Pod>("Pod", client.pods().inAnyNamespace(), Pod::new, sink);
        var nodes = new Watched<Node>("Node", client.nodes(), Node::new, nodeSink(state, topologies));
        var objects = new PublishedObjects(topologies, client.getKubernetesSerialization());
        var gangs = new Gangs(state);
        var optional = new ArrayList<>(List.of(
                new OptionalKind(client, GPU_TOPOLOGY, Need.OURS, objects.own()),
                new OptionalKind(client, NODE_RESOURCE_TOPOLOGY, Need.FOREIGN, objects.zones()),
                new OptionalKind(client, RESOURCE_SLICE, Need.FOREIGN, objects.slices())));
        Gangs.KINDS.forEach(kind -> optional.add(new OptionalKind(client, kind, Need.FOREIGN, gangs)));
        watches = Optional.of(new Watches(nodes, pods, optional));
        nodes.start();
        pods.start();
        optional.forEach(kind -> kind.start(config.lookAgain()));
    }

    private Optional<String> podUid(String namespace, String name) {
        return watches.flatMap(all -> all.pods().uid(namespace, name));
    }

    private Watched.Sink<Pod> podSink(ClusterState state, Topologies topologies) {
        var reader = new PodObjects(new DemandReader(names));
        var edits = new IgnoredEdits(state);
        return new Watched.Sink<>() {
            @Override
            public void seen(Pod pod) {
                var event = reader.read(pod).event();
                edits.notice(event);
                state.apply(event);
                if (event instanceof PodBound bound) {
                    topologies.podSeen(bound.node(), bound.pod().key());
                }
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
                topologies.nodeSeen(NodeObjects.words(node), reader.allocator(node));
            }

            @Override
            public void gone(Node node) {
                topologies.nodeGone(node.getMetadata().getName());
                state.apply(new NodeGone(node.getMetadata().getName()));
            }
        };
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
    public PodWriter writer(Tenure tenure) {
        var fence = new KubePodWriter.Fence(this::version, tenure::missing);
        return new KubePodWriter(clients.writing(), tenure.canEnd() ? Optional.of(fence) : Optional.empty());
    }

    private Optional<String> version(PodKey pod) {
        return watches.flatMap(all -> all.pods().metadata(pod.namespace(), pod.name()))
                .filter(seen -> pod.uid().equals(seen.getUid()))
                .map(ObjectMeta::getResourceVersion);
    }

    /** What has ended in our state stays so. */
    @Override
    public boolean takeOver() {
        var succession = new Succession(clients, new PodObjects(new DemandReader(names)));
        try {
            succession.tellPods(podSink.orElseThrow()::seen);
            return true;
        } catch (KubernetesClientException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("Busbar can't take over; it tries again");
            return false;
        }
    }

    @Override
    public Optional<Leases> leases(String namespace, String name) {
        return Optional.of(new KubeLeases(clients.writing(), namespace, name));
    }

    @Override
    public Optional<Waker> waker() {
        return Optional.of(new KubeWaker(clients.writing()));
    }

    @Override
    public Optional<DriftNotice> driftNotice() {
        return Optional.of(new DriftEvents(clients.writing()));
    }

    @Override
    public void close() {
        watches.ifPresent(all -> {
            all.nodes().close();
            all.pods().close();
            all.optional().forEach(OptionalKind::close);
        });
        clients.close();
    }
}
