package dev.busbar.agent.publish;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Follows this node's object on a thread of its own, and calls back whenever it has changed. */
public final class NodeWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);
    private static final Duration LENGTH = Duration.ofMinutes(5);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ApiServer server;
    private final String node;
    private final Runnable changed;
    private final Patience patience;
    private final Thread thread;
    private volatile @Nullable NodeView view;
    private volatile @Nullable InputStream stream;
    private volatile boolean closed;

    /**
     * How long it waits.
     *
     * @param stream for the end of one watch, which the API server brings about unless the way to it has gone silent
     * @param pause before the next watch
     */
    record Patience(Duration stream, Duration pause) {
        static final Patience USUAL = new Patience(LENGTH.plusSeconds(30), Duration.ofSeconds(5));
    }

    public NodeWatch(ApiServer server, String node, Runnable changed) {
        this(server, node, changed, Patience.USUAL);
    }

    NodeWatch(ApiServer server, String node, Runnable changed, Patience patience) {
        this.patience = patience;
        this.server = server;
        this.node = node;
        this.changed = changed;
        this.thread = Thread.ofPlatform().daemon().name("node-watch").unstarted(this::follow);
    }

    public NodeWatch start() {
        thread.start();
        return this;
    }

    /** Empty until the node was seen, and while it does not exist. */
    public Optional<NodeView> view() {
        return Optional.ofNullable(view);
    }

    private void follow() {
        var lastFailure = "";
        while (!closed) {
            try {
                once();
                lastFailure = "";
            } catch (IOException | JacksonException e) {
                if (!closed && !e.toString().equals(lastFailure)) {
                    LOG.warn("Watch of the node broke; trying again node={} reason={}", node, e.toString());
                    lastFailure = e.toString();
                }
            } catch (InterruptedException _) {
                return;
            }
            if (!closed && !pause()) {
                return;
            }
        }
    }

    private boolean pause() {
        try {
            Thread.sleep(patience.pause());
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private void once() throws IOException, InterruptedException {
        var path = "/api/v1/nodes?watch=true&fieldSelector=metadata.name%%3D%s&timeoutSeconds=%d"
                .formatted(node, LENGTH.toSeconds());
        var open = server.watch(path);
        stream = open;
        var overdue =
                CompletableFuture.delayedExecutor(patience.stream().toMillis(), TimeUnit.MILLISECONDS, Runnable::run);
        overdue.execute(() -> end(open));
        try (var lines = new BufferedReader(new InputStreamReader(open, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                event(JSON.readTree(line));
            }
        }
    }

    private void event(JsonNode event) throws IOException {
        var object = event.path("object");
        switch (event.path("type").asString("")) {
            case "ADDED", "MODIFIED" -> view = viewOf(object.path("status"));
            case "DELETED" -> view = null;
            case "ERROR" -> throw new IOException(object.path("message").asString(""));
            default -> {} // a bookmark
        }
        changed.run();
    }

    static NodeView viewOf(JsonNode status) {
        var capacity = status.path("capacity");
        var allocatable = status.path("allocatable");
        return new NodeView(
                count(capacity, "nvidia.com/gpu"),
                count(capacity, "busbar.dev/gpu"),
                count(allocatable, "busbar.dev/gpu"));
    }

    private static long count(JsonNode resources, String name) {
        var text = resources.path(name).asString("");
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        var open = stream;
        if (open != null) {
            end(open);
        }
    }

    private static void end(InputStream open) {
        try {
            open.close();
        } catch (IOException _) {
            // it is closed one way or the other
        }
    }
}
