package dev.busbar.testclusters.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;

/**
 * One address before several Busbars, as a Service gives it: a new connection goes to one that is ready, and stays with
 * it, also when that one stops to be.
 */
final class Front implements AutoCloseable {
    private final List<Replica> replicas;
    private final ServerSocket listener;

    Front(List<Replica> replicas) {
        this.replicas = List.copyOf(replicas);
        try {
            listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("front").start(this::accept);
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().name("front-connection").start(() -> join(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** Where nobody is ready the connection is closed, as a Service without endpoints refuses it. */
    private void join(Socket client) {
        var ready = replicas.stream().filter(Replica::ready).findFirst();
        try (client) {
            if (ready.isEmpty()) {
                return;
            }
            try (var behind =
                    new Socket(InetAddress.getLoopbackAddress(), ready.get().port())) {
                var asking = Thread.ofVirtual().start(() -> pass(client, behind));
                pass(behind, client);
                asking.join();
            }
        } catch (IOException e) {
            // one side has closed, which closes the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one side has closed, which closes the other
        }
        close(from);
        close(to);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is as good as closed
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
