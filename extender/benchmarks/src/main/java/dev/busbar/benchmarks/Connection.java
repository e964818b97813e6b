package dev.busbar.benchmarks;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One keep-alive connection, as kube-scheduler holds it. */
final class Connection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final StringBuilder line = new StringBuilder();

    Connection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 18);
    }

    /** Sends one call and gives back its answer's body. */
    String call(String verb, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var head = """
            POST /%s HTTP/1.1\r
            Host: 127.0.0.1\r
            User-Agent: Go-http-client/1.1\r
            Content-Length: %d\r
            Content-Type: application/json\r
            Accept-Encoding: gzip\r
            \r
            """.formatted(verb, bytes.length).getBytes(StandardCharsets.US_ASCII);
        var all = new byte[head.length + bytes.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        socket.getOutputStream().write(all);
        return answer();
    }

    private String answer() throws IOException {
        int length = -1;
        for (var text = line(); !text.isEmpty(); text = line()) {
            if (text.startsWith("content-length: ")) {
                length = Integer.parseInt(text.substring("content-length: ".length()));
            }
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        line.setLength(0);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
