package dev.busbar.server.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;
import java.util.function.Consumer;

/** One request whose body is gathered chunk by chunk, and its answer. Lives on one event loop. */
final class Call {
    private static final int FIRST_BYTES = 256 << 10;
    /** A body this many times too long is not worth waiting for. */
    private static final int PATIENCE = 16;

    private final HttpServerRequest request;
    private final int most;
    private byte[] body;
    private long length;

    private Call(HttpServerRequest request, int most) {
        this.request = request;
        this.most = most;
        this.body = new byte[Math.clamp(announced(request), 0, FIRST_BYTES)];
    }

    private static long announced(HttpServerRequest request) {
        var text = request.getHeader("content-length");
        try {
            return text == null ? FIRST_BYTES : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return FIRST_BYTES;
        }
    }

    /** Gathers the body and hands the call over when it is there; a body that is too long is read and dropped. */
    static void gather(HttpServerRequest request, int most, Consumer<Call> whenComplete) {
        var call = new Call(request, most);
        request.handler(call::add);
        request.exceptionHandler(gone -> {});
        request.endHandler(end -> whenComplete.accept(call));
    }

    private void add(Buffer chunk) {
        int more = chunk.length();
        if (length + more > (long) most * PATIENCE) {
            request.connection().close();
            return;
        }
        if (length + more <= most) {
            if (body.length - length < more) {
                body = Arrays.copyOf(body, (int) Math.min(most, Math.max(body.length * 4L, length + more)));
            }
            chunk.getBytes(body, (int) length);
        } else {
            body = new byte[0];
        }
        length += more;
    }

    /** The request's path, empty where it has none. */
    static String path(HttpServerRequest request) {
        var path = request.path();
        return path == null ? "" : path;
    }

    static boolean isPost(HttpServerRequest request) {
        return request.method().equals(HttpMethod.POST);
    }

    boolean isTooLong() {
        return length > most;
    }

    byte[] body() {
        return body;
    }

    int length() {
        return (int) length;
    }

    void answer(int status, String type, byte[] bytes) {
        var response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(status).putHeader("content-type", type);
        // The array is handed over as it is: no copy, and no pooled buffer that nobody would release.
        response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(bytes)));
    }

    void answerJson(byte[] json) {
        answer(200, "application/json", json);
    }
}
