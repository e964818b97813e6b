package dev.busbar.testclusters.scaling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/** A Service as kube-proxy makes it: a new connection goes to an endpoint at random and stays there; nothing is retried. */
final class ConnectionProxy implements AutoCloseable {
    private final ServerSocket server;
    private final List<URI> endpoints = new CopyOnWriteArrayList<>();

    ConnectionProxy() {
        try {
            server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    void add(URI endpoint) {
        endpoints.add(endpoint);
    }

    void remove(URI endpoint) {
        endpoints.remove(endpoint);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void connect(Socket client) {
        var all = List.copyOf(endpoints);
        var endpoint = all.get(ThreadLocalRandom.current().nextInt(all.size()));
        try (client;
                var upstream = new Socket(endpoint.getHost(), endpoint.getPort())) {
            var back = Thread.ofVirtual().start(() -> copy(upstream, client));
            copy(client, upstream);
            back.join();
        } catch (IOException e) {
            // The client sees its connection closed, and that is what is counted.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What one side sends, to its end. */
    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // The other side is gone.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
