package dev.busbar.testclusters.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Nodes;
import dev.busbar.testclusters.Pods;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the accounts of the base may do: what they do, and no more. */
class RightsIT {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final String EXTENDER = "system:serviceaccount:busbar-system:busbar-scheduler";
    private static final String AGENT = "system:serviceaccount:busbar-agent:busbar-agent";

    private static BaseStack stack;

    @BeforeAll
    static void apply() {
        stack = BaseStack.theOne();
    }

    @Test
    void an_agent_can_not_write_about_another_node() {
        var own = stack.account("busbar-agent", "busbar-agent", Optional.of(stack.agentPod("gpu-a")));
        try (var agent = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(own.toFile()))
                .build()) {
            var topology = agent.genericKubernetesResources("busbar.dev/v1alpha1", "GpuTopology")
                    .withName("gpu-b")
                    .subresource("status");
            var node = agent.nodes().resource(Nodes.node("gpu-b")).subresource("status");

            assertThatThrownBy(() -> topology.patch(MERGE, "{\"status\": {\"gpus\": []}}"))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("an agent may write about its own node only");
            assertThatThrownBy(() -> node.patch(MERGE, "{\"status\": {\"allocatable\": {\"busbar.dev/gpu\": \"9\"}}}"))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("an agent may write about its own node only");
        }
    }

    @Test
    void the_extender_may_do_what_it_does_and_no_more() {
        stack.awaitReady("translation", 4);
        bindAPodThatWasCreatedAnew();
        letAPodFitThatWasRefused();
        letAPodHoldAnotherGpu();

        var granted = granted("busbar-extender");
        granted.addAll(Call.granted(
                stack.base().the(Role.class, "busbar-extender-follows").getRules()));
        // kube-scheduler works under the same account, so its calls are told apart by its name.
        Predicate<Call.Audited> own =
                call -> call.user().equals(EXTENDER) && call.agent().contains("fabric8");

        awaitUse(own, granted);
        assertThat(used(own)).isEqualTo(granted);
        assertThat(refused(call -> call.user().equals(EXTENDER))).isEmpty();
    }

    /** Busbar reads the pod before it binds, and finds another of its name. */
    private static void bindAPodThatWasCreatedAnew() {
        var pod = stack.awaitReady("translation", 4).getFirst().getMetadata().getName();
        filter("translation", pod, "of-yesterday", 1);
        var answer = stack.busbar().post("/bind", """
            {"PodName": "%s", "PodNamespace": "translation", "PodUID": "of-yesterday", "Node": "gpu-a"}\
            """.formatted(pod));
        assertThat(answer).contains("the pod can't be read, or is no more");
    }

    /** What another was promised is free again, which no scheduler hears of; so Busbar wakes the pod. */
    private static void letAPodFitThatWasRefused() {
        var pods = stack.cluster().pods();
        var uid = pods.create(Pods.pod("refused", "nobody", Map.of("busbar.dev/gpu", "7")))
                .getMetadata()
                .getUid();
        assertThat(filter("default", "greedy", "greedy", 7)).contains("\"NodeNames\":[\"gpu-a\"]");
        assertThat(filter("default", "refused", uid, 7)).doesNotContain("\"NodeNames\":[\"gpu-a\"]");
        filter("default", "greedy", "greedy", 60);
        Await.until(
                "the refused pod to be woken",
                BaseStack.SOON,
                () -> pods.find("refused")
                        .map(pod -> pod.getMetadata().getAnnotations())
                        .filter(annotations -> annotations.containsKey("busbar.dev/woken"))
                        .isPresent());
    }

    /** By the agent's word a pod holds a GPU that it was not given, of which its owner is told. */
    private static void letAPodHoldAnotherGpu() {
        var client = stack.cluster().client();
        var pod = stack.awaitReady("translation", 4).getFirst();
        var promised = pod.getMetadata().getAnnotations().getOrDefault("busbar.dev/gpus", "");
        var topology = client.genericKubernetesResources("busbar.dev/v1alpha1", "GpuTopology")
                .withName(pod.getSpec().getNodeName());
        List<Map<String, Object>> gpus = topology.get().get("spec", "gpus");
        var other = gpus.stream()
                .map(gpu -> String.valueOf(gpu.get("uuid")))
                .filter(uuid -> !promised.contains(uuid))
                .findFirst()
                .orElseThrow();
        topology.subresource("status")
                .patch(MERGE, """
                    {"status": {"pods": [{"uid": "%s", "gpus": ["%s"], "seenBy": "container"}]}}\
                    """.formatted(pod.getMetadata().getUid(), other));
        Await.until(
                "an Event tells of drift",
                BaseStack.SOON,
                () -> client.v1().events().inNamespace("translation").list().getItems().stream()
                        .anyMatch(event -> event.getReason().equals("GpuDrift")));
        topology.subresource("status").patch(MERGE, "{\"status\": {\"pods\": []}}");
    }

    private static String filter(String namespace, String name, String uid, int gpus) {
        return stack.busbar().post("/filter", """
            {"Pod": {"metadata": {"name": "%s", "namespace": "%s", "uid": "%s"},
             "spec": {"containers": [{"name": "main", "resources": {"limits": {"busbar.dev/gpu": "%d"}}}]}},
             "Nodes": null, "NodeNames": ["gpu-a"]}\
            """.formatted(name, namespace, uid, gpus));
    }

    @Test
    void the_agents_may_do_what_they_do_and_no_more() {
        var granted = granted("busbar-agent");
        // The test's own attempts under this account came from fabric8's client.
        Predicate<Call.Audited> own =
                call -> call.user().equals(AGENT) && call.agent().contains("Java");

        awaitUse(own, granted);
        assertThat(used(own)).isEqualTo(granted);
        assertThat(refused(own)).isEmpty();
    }

    /** The names of rights that are never used stand in the failure. */
    private static void awaitUse(Predicate<Call.Audited> by, Set<String> granted) {
        Await.until("each of these rights is used: " + granted, BaseStack.SOON, () -> used(by).containsAll(granted));
    }

    private static Set<String> granted(String role) {
        return Call.granted(stack.base().the(ClusterRole.class, role).getRules());
    }

    private static Set<String> used(Predicate<Call.Audited> by) {
        return calls(by.and(Call.Audited::allowed));
    }

    private static Set<String> refused(Predicate<Call.Audited> by) {
        return calls(by.and(call -> !call.allowed()));
    }

    private static Set<String> calls(Predicate<Call.Audited> which) {
        return Call.audited(stack.cluster().auditLog()).stream()
                .filter(which)
                .map(audited -> audited.call().text())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
