package dev.busbar.testclusters.e2enode;

import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Program;
import dev.busbar.testclusters.Repository;
import dev.busbar.testclusters.node.DevicePlugin;
import dev.busbar.testclusters.node.RealNode;
import dev.busbar.testclusters.node.StandInMachine;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real node whose GPUs only the driver's stand-in has, with Busbar's agent as shipped. */
final class GpuNode implements AutoCloseable {
    /** Who gives out the node's GPUs. */
    enum Giver {
        BUSBAR("busbar", "busbar.dev/gpu"),
        PLUGIN("device-plugin", "nvidia.com/gpu");

        private final String word;
        private final String resource;

        Giver(String word, String resource) {
            this.word = word;
            this.resource = resource;
        }
    }

    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-XX:ReservedCodeCacheSize=24m",
            "-Xmn6m",
            "-Xmx32m",
            "-Xss512k");

    private final ControlPlane cluster;
    private final RealNode node;
    private final StandInMachine machine;
    private final Giver giver;
    private Program agent;

    private GpuNode(ControlPlane cluster, RealNode node, StandInMachine machine, Giver giver) {
        this.cluster = cluster;
        this.node = node;
        this.machine = machine;
        this.giver = giver;
        if (giver == Giver.PLUGIN) {
            DevicePlugin.start(node, machine);
        }
        this.agent = startedAgent();
        awaitAdvertised();
    }

    static GpuNode start(ControlPlane cluster, String name, int number, String machine, Giver giver) {
        var node = RealNode.start(cluster, name, number);
        try {
            var folder = Files.createDirectory(node.folder().resolve("machine"));
            return new GpuNode(cluster, node, StandInMachine.of(machine, folder), giver);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Program startedAgent() {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of(
                "-jar",
                Repository.root().resolve("extender/app/target/busbar.jar").toString(),
                "agent",
                "--node",
                node.name(),
                "--kubeconfig",
                cluster.kubeconfig().toString(),
                "--allocator",
                giver.word,
                "--nvml",
                machine.library().toString(),
                "--sysfs",
                machine.sysfs().toString(),
                "--kubelet-config",
                node.kubeletConfig().toString()));
        return node.program("agent", command);
    }

    void awaitAdvertised() {
        var all = new Quantity(Integer.toString(uuids().size()));
        node.await(
                "%s: %s".formatted(giver.resource, all),
                Stage.SOON,
                seen -> all.equals(seen.getStatus().getAllocatable().get(giver.resource)));
    }

    RealNode real() {
        return node;
    }

    StandInMachine machine() {
        return machine;
    }

    Program agent() {
        return agent;
    }

    void startAgent() {
        agent = startedAgent();
    }

    /** As if the kubelet had reset the node's status: only what each gives out itself comes back by itself. */
    void forgetAdvertised() {
        var none =
                "{\"status\":{\"capacity\":{\"%1$s\":null},\"allocatable\":{\"%1$s\":null}}}".formatted(giver.resource);
        cluster.client()
                .nodes()
                .withName(node.name())
                .subresource("status")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), none);
    }

    /** What the node's GpuTopology says a pod holds; none while it says nothing. */
    Set<String> devicesOf(Pod pod) {
        var topology = cluster.client()
                .genericKubernetesResources("busbar.dev/v1alpha1", "GpuTopology")
                .withName(node.name())
                .get();
        List<Map<String, Object>> pods = topology.get("status", "pods");
        return Stream.ofNullable(pods)
                .flatMap(List::stream)
                .filter(held -> pod.getMetadata().getName().equals(held.get("name"))
                        || pod.getMetadata().getUid().equals(held.get("uid")))
                .flatMap(held -> ((List<?>) held.getOrDefault("gpus", List.of())).stream())
                .map(String.class::cast)
                .collect(Collectors.toSet());
    }

    List<String> uuids() {
        try {
            return machine.uuids();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
