package dev.busbar.core.workload;

/** The group of pods that a pod runs with; {@link #NONE} for a pod on its own. */
public record GangKey(String namespace, String name) {
    public static final GangKey NONE = new GangKey("", "");

    public boolean isNone() {
        return name.isEmpty();
    }
}
