package dev.busbar.testclusters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.function.Supplier;

/** Leads each TCP connection on to a server that is chosen when it begins; TLS goes through as it is. */
public final class Passage implements AutoCloseable {
    private static final int BACKLOG = 200;

    private final ServerSocket listener;
    private final Supplier<Optional<InetSocketAddress>> servers;

    private Passage(ServerSocket listener, Supplier<Optional<InetSocketAddress>> servers) {
        this.listener = listener;
        this.servers = servers;
    }

    /**
     * Opens one.
     *
     * @param at where to listen; port 0 is any
     * @param servers whom the next connection goes to; it is closed where that is nobody
     */
    public static Passage open(InetSocketAddress at, Supplier<Optional<InetSocketAddress>> servers) {
        try {
            var listener = new ServerSocket();
            listener.bind(at, BACKLOG);
            var passage = new Passage(listener, servers);
            Thread.ofVirtual().name("passage").start(passage::accept);
            return passage;
        } catch (IOException e) {
            throw new ClusterException("nobody can listen on " + at, e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().name("passage-connection").start(() -> join(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void join(Socket client) {
        var server = servers.get();
        try (client) {
            if (server.isEmpty()) {
                return;
            }
            try (var behind = new Socket(server.get().getAddress(), server.get().getPort())) {
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
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
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
