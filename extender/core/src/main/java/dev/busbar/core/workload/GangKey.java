package dev.busbar.core.workload;

/** The group of pods that a pod runs with; {@link #NONE} for a pod on its own. */
public record GangKey(String namespace, String name) {
    public static final GangKey NONE = new GangKey("", "");

    private static final String LWS = "leaderworkerset.sigs.k8s.io/";

    /** The group that the pod's own field names, else the one that a scheduler's label or annotation names. */
    static GangKey of(PodText pod) {
        var name = firstNonEmpty(
                pod.podGroup(),
                pod.labels().getOrDefault("scheduling.x-k8s.io/pod-group", ""),
                pod.labels().getOrDefault("pod-group.scheduling.sigs.k8s.io", ""),
                pod.annotations().getOrDefault("scheduling.k8s.io/group-name", ""),
                pod.annotations().getOrDefault("scheduling.volcano.sh/group-name", ""),
                pod.annotations().getOrDefault("gang.scheduling.koordinator.sh/name", ""),
                leaderWorkerGroup(pod));
        return name.isEmpty() ? NONE : new GangKey(pod.key().namespace(), name);
    }

    /** A LeaderWorkerSet numbers its groups: a leader and its workers have one number. */
    private static String leaderWorkerGroup(PodText pod) {
        var set = pod.labels().getOrDefault(LWS + "name", "");
        var group = pod.labels().getOrDefault(LWS + "group-index", "");
        return set.isEmpty() || group.isEmpty() ? "" : set + "-" + group;
    }

    private static String firstNonEmpty(String... names) {
        for (var name : names) {
            if (!name.isEmpty()) {
                return name;
            }
        }
        return "";
    }

    public boolean isNone() {
        return name.isEmpty();
    }
}
