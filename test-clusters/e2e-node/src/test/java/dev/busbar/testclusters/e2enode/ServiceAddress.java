package dev.busbar.testclusters.e2enode;

import dev.busbar.testclusters.ClusterException;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.node.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The address at which pods look for the API server. A cluster's kube-proxy would lead it there; here we do. */
final class ServiceAddress implements AutoCloseable {
    private static final String ADDRESS = "10.0.0.1";
    private static final int PORT = 443;

    private final InetSocketAddress server;
    private final ServerSocket listener;

    private ServiceAddress(InetSocketAddress server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
    }

    static ServiceAddress of(ControlPlane cluster) {
        var url = cluster.client().getMasterUrl();
        Tool.run("ip", "address", "replace", ADDRESS + "/32", "dev", "lo");
        try {
            var listener = new ServerSocket();
            listener.bind(new InetSocketAddress(ADDRESS, PORT));
            var address = new ServiceAddress(new InetSocketAddress(url.getHost(), url.getPort()), listener);
            Thread.ofVirtual().name("service-address").start(address::accept);
            return address;
        } catch (IOException e) {
            throw new ClusterException("nobody can listen on %s:%d".formatted(ADDRESS, PORT), e);
        }
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().name("service-connection").start(() -> join(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void join(Socket client) {
        try (client;
                var behind = new Socket(server.getAddress(), server.getPort())) {
            var asking = Thread.ofVirtual().start(() -> pass(client, behind));
            pass(behind, client);
            asking.join();
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
