package dev.busbar.testclusters.e2e;

import dev.busbar.testclusters.Passage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * One address before several Busbars, as a Service gives it: a new connection goes to one that is ready, and stays with
 * it, also when that one stops to be.
 */
final class Front implements AutoCloseable {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final List<Replica> replicas;
    private final Passage passage;

    Front(List<Replica> replicas) {
        this.replicas = List.copyOf(replicas);
        this.passage = Passage.open(new InetSocketAddress(HERE, 0), this::ready);
    }

    private Optional<InetSocketAddress> ready() {
        return replicas.stream()
                .filter(Replica::ready)
                .findFirst()
                .map(replica -> new InetSocketAddress(HERE, replica.port()));
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + passage.port());
    }

    @Override
    public void close() {
        passage.close();
    }
}
