package dev.busbar.testclusters.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** A TCP passage to a server whose words arrive late by as much as a test says; TLS goes through as it is. */
final class Lag implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private volatile Duration by = Duration.ZERO;

    /** Bytes that may go on at this moment; none at the end. */
    private record Chunk(ByteBuffer bytes, long nanoTime) {
        boolean isEnd() {
            return bytes.capacity() == 0;
        }

        void await() {
            while (System.nanoTime() - nanoTime < 0) {
                LockSupport.parkNanos(nanoTime - System.nanoTime());
            }
        }
    }

    Lag(InetSocketAddress server) {
        this.server = server;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("lag").start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** From now on the server's words take so long. */
    void by(Duration time) {
        by = time;
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().name("lag-connection").start(() -> join(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void join(Socket client) {
        try (client;
                var behind = new Socket(server.getAddress(), server.getPort())) {
            var late = new LinkedBlockingQueue<Chunk>();
            var asking = Thread.ofVirtual().start(() -> ask(client, behind));
            var delivering = Thread.ofVirtual().start(() -> deliver(late, client));
            collect(behind, late);
            delivering.join();
            client.close();
            asking.join();
        } catch (IOException e) {
            // one side has closed, which closes the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void ask(Socket client, Socket behind) {
        try (behind) {
            client.getInputStream().transferTo(behind.getOutputStream());
        } catch (IOException e) {
            // one side has closed, which closes the other
        }
    }

    private void collect(Socket behind, BlockingQueue<Chunk> late) {
        var buffer = new byte[CHUNK];
        try {
            for (int n = behind.getInputStream().read(buffer);
                    n >= 0;
                    n = behind.getInputStream().read(buffer)) {
                late.add(new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, n)), System.nanoTime() + by.toNanos()));
            }
        } catch (IOException e) {
            // one side has closed, which closes the other
        }
        late.add(new Chunk(ByteBuffer.allocate(0), System.nanoTime()));
    }

    private static void deliver(BlockingQueue<Chunk> late, Socket client) {
        try {
            for (var chunk = late.take(); !chunk.isEnd(); chunk = late.take()) {
                chunk.await();
                client.getOutputStream().write(chunk.bytes().array());
                client.getOutputStream().flush();
            }
        } catch (IOException e) {
            // one side has closed, which closes the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
