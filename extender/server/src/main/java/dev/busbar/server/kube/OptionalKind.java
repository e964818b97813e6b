package dev.busbar.server.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A kind of objects that a cluster may or may not have: its watch begins when it has it. */
final class OptionalKind implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OptionalKind.class);

    /** Whether Busbar may go on without a kind that it is not allowed to read. */
    enum Need {
        OURS,
        FOREIGN
    }

    private final ResourceDefinitionContext kind;
    private final Need need;
    private final KubernetesClient client;
    private final Watched<GenericKubernetesResource> objects;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean absent;

    OptionalKind(
            KubernetesClient client,
            ResourceDefinitionContext kind,
            Need need,
            Watched.Sink<GenericKubernetesResource> sink) {
        this.client = client;
        this.kind = kind;
        this.need = need;
        this.objects = new Watched<>(
                kind.getKind(),
                client.genericKubernetesResources(kind).inAnyNamespace(),
                GenericKubernetesResource::new,
                sink);
    }

    void start(Duration lookAgain) {
        Thread.ofVirtual().name("look-for-" + kind.getPlural()).start(() -> startWhenThere(lookAgain));
    }

    private void startWhenThere(Duration lookAgain) {
        try {
            while (!isThere()) {
                if (closed.await(lookAgain.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            objects.start();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isThere() {
        try {
            client.genericKubernetesResources(kind)
                    .inAnyNamespace()
                    .list(new ListOptionsBuilder().withLimit(1L).build());
            absent = false;
            return true;
        } catch (KubernetesClientException e) {
            boolean goesWithout = e.getCode() == 404 || (need == Need.FOREIGN && e.getCode() == 403);
            if (need == Need.OURS && (!goesWithout || !absent)) {
                LOG.atWarn()
                        .addKeyValue("reason", e.getMessage())
                        .log(kind.getKind() + " objects can't be listed; Busbar looks again from time to time");
            }
            absent = goesWithout;
            return false;
        }
    }

    boolean isListed() {
        return absent || objects.isListed();
    }

    boolean isWatching() {
        return absent || objects.isWatching();
    }

    @Override
    public void close() {
        closed.countDown();
        objects.close();
    }
}
