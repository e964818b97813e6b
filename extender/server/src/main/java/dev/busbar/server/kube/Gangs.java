package dev.busbar.server.kube;

import dev.busbar.core.cluster.ClusterEvent.GangGone;
import dev.busbar.core.cluster.ClusterEvent.GangSeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.workload.GangKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;

/**
 * Takes in how many pods a gang has at least: a scheduler may ask about the first before our own watch has told of the
 * last, and the first decides where all can go.
 */
final class Gangs implements Watched.Sink<GenericKubernetesResource> {
    /** Who has objects for gangs: Kubernetes itself, and the coscheduling plugin of kube-scheduler. */
    static final List<ResourceDefinitionContext> KINDS =
            List.of(podGroup("scheduling.k8s.io", "v1beta1"), podGroup("scheduling.x-k8s.io", "v1alpha1"));

    private final ClusterState state;

    Gangs(ClusterState state) {
        this.state = state;
    }

    private static ResourceDefinitionContext podGroup(String group, String version) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind("PodGroup")
                .withPlural("podgroups")
                .withNamespaced(true)
                .build();
    }

    @Override
    public void seen(GenericKubernetesResource object) {
        state.apply(new GangSeen(key(object), least(object)));
    }

    @Override
    public void gone(GenericKubernetesResource object) {
        state.apply(new GangGone(key(object)));
    }

    private static GangKey key(GenericKubernetesResource object) {
        return new GangKey(
                object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    private static int least(GenericKubernetesResource object) {
        return object.get("spec", "minMember") instanceof Integer members
                ? members
                : object.get("spec", "schedulingPolicy", "gang", "minCount") instanceof Integer count ? count : 0;
    }
}
