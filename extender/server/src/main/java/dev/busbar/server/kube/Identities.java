package dev.busbar.server.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an informer remembers of its objects: who they are and their versions, no more. Whatever decides is in our own
 * state by then, and full objects would take some 30 KB each.
 */
final class Identities<T extends HasMetadata> implements ItemStore<T> {
    private final Map<String, T> known = new ConcurrentHashMap<>();
    private final Supplier<T> empty;

    /** The supplier makes objects of which nothing is said yet. */
    Identities(Supplier<T> empty) {
        this.empty = empty;
    }

    /** {@code namespace/name}, or the name alone where there are no namespaces. */
    @Override
    public String getKey(T object) {
        return key(object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    static String key(@Nullable String namespace, String name) {
        return namespace == null || namespace.isEmpty() ? name : namespace + "/" + name;
    }

    @Override
    public @Nullable T put(String key, T object) {
        return known.put(key, trimmed(object));
    }

    private T trimmed(T object) {
        var full = object.getMetadata();
        var trimmed = empty.get();
        trimmed.setMetadata(new ObjectMetaBuilder()
                .withNamespace(full.getNamespace())
                .withName(full.getName())
                .withUid(full.getUid())
                .withResourceVersion(full.getResourceVersion())
                .build());
        return trimmed;
    }

    @Override
    public @Nullable T remove(String key) {
        return known.remove(key);
    }

    @Override
    public Stream<String> keySet() {
        return known.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return known.values().stream();
    }

    @Override
    public int size() {
        return known.size();
    }

    @Override
    public @Nullable T get(String key) {
        return known.get(key);
    }

    @Override
    public boolean isFullState() {
        return false;
    }
}
