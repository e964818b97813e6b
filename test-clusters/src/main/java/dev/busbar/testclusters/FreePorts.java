package dev.busbar.testclusters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback address. */
public final class FreePorts {
    private static final int CONNECT_MILLISECONDS = 500;

    /** Below the ports that systems give outgoing connections: one of those could take a port before its program listens. */
    private static final int FIRST = 15_000;

    private static final int END = 30_000;

    private FreePorts() {}

    /** That many different ports nobody listens on. */
    public static int[] take(int count) {
        var sockets = new ArrayList<ServerSocket>();
        try {
            while (sockets.size() < count) {
                open(ThreadLocalRandom.current().nextInt(FIRST, END)).ifPresent(sockets::add);
            }
            return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        } finally {
            sockets.forEach(FreePorts::close);
        }
    }

    private static Optional<ServerSocket> open(int port) {
        try {
            return Optional.of(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (BindException taken) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("port %d of loopback cannot be opened".formatted(port), e);
        }
    }

    public static boolean answers(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLISECONDS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
