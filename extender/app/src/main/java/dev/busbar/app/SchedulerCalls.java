package dev.busbar.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Speaks to an extender as kube-scheduler does for one pod: filter, then prioritize where more than one node is left,
 * then bind to the node with the highest score.
 */
final class SchedulerCalls implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final URI extender;
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    SchedulerCalls(URI extender) {
        this.extender = extender;
    }

    /** Places a pod on one of these nodes and says on which; empty when none fits. */
    Optional<String> place(JsonNode pod, List<String> nodes) {
        var kept = filter(pod, nodes);
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        var node = kept.size() == 1 ? kept.getFirst() : best(pod, kept);
        bind(pod, node);
        return Optional.of(node);
    }

    private List<String> filter(JsonNode pod, List<String> nodes) {
        var answer = post("filter", args(pod, nodes));
        refuse("filter", answer.path("Error").asString(""));
        var kept = new ArrayList<String>();
        answer.path("NodeNames").forEach(name -> kept.add(name.asString()));
        return kept;
    }

    private String best(JsonNode pod, List<String> nodes) {
        var best = nodes.getFirst();
        long most = Long.MIN_VALUE;
        for (var entry : post("prioritize", args(pod, nodes))) {
            if (entry.path("Score").asLong() > most) {
                most = entry.path("Score").asLong();
                best = entry.path("Host").asString();
            }
        }
        return best;
    }

    private void bind(JsonNode pod, String node) {
        var metadata = pod.path("metadata");
        var body = json.createObjectNode()
                .put("PodName", metadata.path("name").asString())
                .put("PodNamespace", metadata.path("namespace").asString())
                .put("PodUID", metadata.path("uid").asString())
                .put("Node", node);
        refuse("bind", post("bind", body).path("Error").asString(""));
    }

    private ObjectNode args(JsonNode pod, List<String> nodes) {
        var args = json.createObjectNode();
        args.set("Pod", pod);
        args.putNull("Nodes");
        var names = args.putArray("NodeNames");
        nodes.forEach(names::add);
        return args;
    }

    /** What the extender says about a pod that it has seen. */
    JsonNode explain(String namespace, String name) {
        return send(HttpRequest.newBuilder(extender.resolve("/explain/" + namespace + "/" + name)));
    }

    private JsonNode post(String verb, JsonNode body) {
        return send(HttpRequest.newBuilder(extender.resolve("/" + verb))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private JsonNode send(HttpRequest.Builder request) {
        var built = request.timeout(PATIENCE).build();
        try {
            var answer = http.send(built, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new CannotDo("%s answered %d: %s".formatted(built.uri(), answer.statusCode(), answer.body()));
            }
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new CannotDo("%s can't be reached: %s".formatted(built.uri(), e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotDo("interrupted while waiting for " + built.uri(), e);
        }
    }

    private static void refuse(String verb, String error) {
        if (!error.isEmpty()) {
            throw new CannotDo("%s was answered with an error: %s".formatted(verb, error));
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
