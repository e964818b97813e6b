package dev.busbar.server.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All objects of one kind, listed and then watched for as long as the server runs, whatever goes wrong between. */
final class Watched<T extends HasMetadata> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

    /** What is done with the objects. */
    interface Sink<T> {
        void seen(T object);

        /** The object is gone; of it only its metadata is known for sure. */
        void gone(T object);
    }

    private final String kind;
    private final Sink<T> sink;
    private final Identities<T> identities;
    private final SharedIndexInformer<T> informer;
    private volatile boolean listed;

    Watched(String kind, Informable<T> objects, Supplier<T> empty, Sink<T> sink) {
        this.kind = kind;
        this.sink = sink;
        this.identities = new Identities<>(empty);
        this.informer = objects.runnableInformer(0)
                .itemStore(identities)
                .exceptionHandler(this::retry)
                .addEventHandler(new Handler());
    }

    void start() {
        informer.start().whenComplete((started, failure) -> {
            if (failure != null) {
                LOG.atError().addKeyValue("kind", kind).setCause(failure).log("A watch has ended for good");
            }
        });
    }

    private boolean retry(boolean started, Throwable failure) {
        LOG.atWarn()
                .addKeyValue("kind", kind)
                .addKeyValue("reason", failure.toString())
                .log("A watch failed and is tried again");
        return true;
    }

    /** Whether all objects that there were at the start have been taken in. */
    boolean isListed() {
        return listed;
    }

    boolean isWatching() {
        return informer.isWatching();
    }

    /** The UID of the object of this name. */
    Optional<String> uid(String namespace, String name) {
        return metadata(namespace, name).map(ObjectMeta::getUid);
    }

    /** Who the object of this name is, and its version as of what was seen last. */
    Optional<ObjectMeta> metadata(String namespace, String name) {
        return Optional.ofNullable(identities.get(Identities.key(namespace, name)))
                .map(HasMetadata::getMetadata);
    }

    @Override
    public void close() {
        informer.stop();
    }

    /** Each callback is the beginning of a piece of work: what fails there is logged, and the next one goes on. */
    private final class Handler implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            safely(object, () -> sink.seen(object));
        }

        @Override
        public void onUpdate(T before, T object) {
            if (!before.getMetadata().getUid().equals(object.getMetadata().getUid())) {
                safely(before, () -> sink.gone(before));
            }
            safely(object, () -> sink.seen(object));
        }

        @Override
        public void onDelete(T object, boolean unknownFinalState) {
            safely(object, () -> sink.gone(object));
        }

        @Override
        public void onList(String resourceVersion, boolean remainedEmpty) {
            listed = true;
        }

        private void safely(T object, Runnable work) {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.atError()
                        .addKeyValue("kind", kind)
                        .addKeyValue("name", object.getMetadata().getName())
                        .setCause(e)
                        .log("An object could not be taken in; what was known of it before stays");
            }
        }
    }
}
