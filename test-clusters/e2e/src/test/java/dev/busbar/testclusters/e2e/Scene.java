package dev.busbar.testclusters.e2e;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Busbar;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Extra;
import dev.busbar.testclusters.Pods;
import dev.busbar.testclusters.Program;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A control plane, the second scheduler as shipped and Busbar between them, with a tap on the wire. */
final class Scene implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);
    private static final Path ROOT = Repository.root();
    private static final Pattern SERVER = Pattern.compile("server: https://127\\.0\\.0\\.1:([0-9]+)");
    private static final Scene THE_ONE = new Scene(ControlPlane.start());

    private final ControlPlane cluster;
    private final Lag lag;
    private final Busbar busbar;
    private final Tap tap;
    private final Program scheduler;
    private final Map<String, Machine> laid = new HashMap<>();

    private Scene(ControlPlane cluster) {
        this.cluster = cluster;
        define(cluster);
        this.lag = new Lag(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(cluster)));
        this.busbar =
                Busbar.serve(cluster.logs(), "--kubeconfig", throughTheLag().toString());
        this.tap = new Tap(busbar.url());
        this.scheduler = cluster.startScheduler(ROOT.resolve("scheduler-config/second-scheduler.yaml"), tap.url());
    }

    /** The one scene of all tests, empty; it ends with this JVM. */
    static Scene empty() {
        THE_ONE.clear();
        return THE_ONE;
    }

    /** A scene of its own whose scheduler knows gangs. */
    static Scene withGangs() {
        return new Scene(ControlPlane.start(Extra.GANGS));
    }

    private static int port(ControlPlane cluster) {
        var server = SERVER.matcher(text(cluster.kubeconfig()));
        if (!server.find()) {
            throw new IllegalStateException("no %s in %s".formatted(SERVER, cluster.kubeconfig()));
        }
        return Integer.parseInt(server.group(1));
    }

    private Path throughTheLag() {
        var own = SERVER.matcher(text(cluster.kubeconfig())).replaceFirst("server: https://127.0.0.1:" + lag.port());
        try {
            return Files.writeString(cluster.folder().resolve("busbar.kubeconfig"), own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the API server know GpuTopology. */
    static void define(ControlPlane cluster) {
        try (var yaml = Files.newInputStream(ROOT.resolve("manifests/crd/gputopology.yaml"))) {
            cluster.client().load(yaml).create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until("GpuTopology is served", SOON, () -> served(cluster));
    }

    /** The API server adds the status, and the conditions in it, some time after the definition. */
    private static boolean served(ControlPlane cluster) {
        var definition = cluster.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("gputopologies.busbar.dev")
                .get();
        return Stream.ofNullable(definition.getStatus())
                .flatMap(status -> Stream.ofNullable(status.getConditions()))
                .flatMap(List::stream)
                .anyMatch(
                        c -> c.getType().equals("Established") && c.getStatus().equals("True"));
    }

    ControlPlane cluster() {
        return cluster;
    }

    Busbar busbar() {
        return busbar;
    }

    /** Between the API server and Busbar. */
    Lag lag() {
        return lag;
    }

    Tap tap() {
        return tap;
    }

    Program scheduler() {
        return scheduler;
    }

    /** Adds the machines and returns when Busbar knows them. */
    void lay(List<Machine> machines) {
        machines.forEach(this::bring);
        Await.until("Busbar has read the GpuTopology of each", SOON, () -> isRead(machines));
        machines.forEach(machine -> awaitFree(machine, machine.uuids().size()));
    }

    /** Of the labels alone Busbar knows as many GPUs, but neither their names nor their links. */
    private boolean isRead(List<Machine> machines) {
        var snapshot = busbar.get("/snapshot");
        return machines.stream().flatMap(machine -> machine.uuids().stream()).allMatch(snapshot::contains);
    }

    /** Adds a machine to whatever waits for it. */
    void bring(Machine machine) {
        topologies().resource(machine.topology()).create();
        cluster.nodes().add(machine.node());
        laid.put(machine.name(), machine);
    }

    /** Says of each GPU of a machine what is measured and seen of it. */
    void observe(Machine machine, Map<String, String> ofEachGpu) {
        var gpus = new ArrayList<Map<String, String>>();
        for (var uuid : machine.uuids()) {
            var gpu = new HashMap<>(ofEachGpu);
            gpu.put("uuid", uuid);
            gpus.add(gpu);
        }
        topologies().withName(machine.name()).editStatus(object -> {
            object.setAdditionalProperty("status", Map.of("gpus", gpus));
            return object;
        });
    }

    /** Adds a node without a GPU. */
    void add(Node node) {
        cluster.nodes().add(node);
    }

    /** Lets a pod of yesterday hold these GPUs of a machine, and returns when Busbar has seen it. */
    void hold(Machine machine, List<Integer> indices) {
        var uuids = indices.stream().map(machine.uuids()::get).toList();
        var pod = pod("holds-" + machine.name(), Map.of("busbar.dev/gpu", Integer.toString(uuids.size())));
        cluster.pods()
                .create(new PodBuilder(pod)
                        .editMetadata()
                        .addToAnnotations("busbar.dev/gpus", String.join(",", uuids))
                        .endMetadata()
                        .editSpec()
                        .withNodeName(machine.name())
                        .endSpec()
                        .build());
        awaitFree(machine, machine.uuids().size() - uuids.size());
    }

    void awaitFree(Machine machine, int gpus) {
        var probe = new Probe(busbar, machine.name(), machine.resource());
        Await.until("Busbar sees %d free GPUs on %s".formatted(gpus, machine.name()), SOON, () -> probe.sees(gpus));
    }

    /** Removes all pods, and returns when Busbar has seen them go. */
    void clearPods() {
        cluster.pods().deleteAll();
        laid.values().forEach(machine -> awaitFree(machine, machine.uuids().size()));
    }

    /** Removes all pods and machines, and returns when Busbar has forgotten them. */
    void clear() {
        cluster.pods().deleteAll();
        cluster.client().nodes().delete();
        topologies().delete();
        for (var machine : laid.values()) {
            var probe = new Probe(busbar, machine.name(), machine.resource());
            Await.until("Busbar forgets " + machine.name(), SOON, probe::knowsNothing);
        }
        laid.clear();
    }

    /** Busbar learns from the pods it sees; after this it knows only the cluster as it is. */
    void renewBusbar() {
        busbar.stop();
        busbar.restart();
    }

    Wiring wiring() {
        return Wiring.of(topologies().list().getItems());
    }

    /** The pods that hold a node, from the API server. */
    List<Held> held() {
        return cluster.pods().all().stream().filter(Pods::bound).map(Held::of).toList();
    }

    /** A pod for the second scheduler. */
    static Pod pod(String name, Map<String, String> asks) {
        return Pods.pod(name, "busbar-scheduler", asks);
    }

    private MixedOperation<
                    GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>>
            topologies() {
        return cluster.client().genericKubernetesResources("busbar.dev/v1alpha1", "GpuTopology");
    }

    @Override
    public void close() {
        tap.close();
        busbar.close();
        lag.close();
        cluster.close();
    }
}
