package dev.busbar.core.workload;

/** One pod: a re-created pod of the same name is another one, since its UID differs. */
public record PodKey(String namespace, String name, String uid) {
    /** {@code namespace/name}, as people name it. */
    public String display() {
        return namespace + "/" + name;
    }
}
