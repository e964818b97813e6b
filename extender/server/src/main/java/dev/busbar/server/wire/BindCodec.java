package dev.busbar.server.wire;

import dev.busbar.core.workload.PodKey;
import java.util.HashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The arguments of a bind, and its answer. */
public final class BindCodec {
    /** The pod and the node to bind it to. */
    public record BindArgs(PodKey pod, String node) {}

    private final WireJson json;

    public BindCodec(int maxDepth) {
        json = new WireJson(maxDepth);
    }

    private static String name(JsonParser in, String path) {
        return in.currentToken() == JsonToken.VALUE_NULL ? "" : Members.string(in, path);
    }

    public BindArgs decode(byte[] body, int length) {
        var texts = new HashMap<String, String>();
        try (var in = json.parser(body, 0, length)) {
            in.nextToken();
            Members.each(in, "the request", key -> {
                switch (key) {
                    case "PodName", "podName" -> texts.put("PodName", name(in, "PodName"));
                    case "PodNamespace", "podNamespace" -> texts.put("PodNamespace", name(in, "PodNamespace"));
                    case "PodUID", "podUID" -> texts.put("PodUID", name(in, "PodUID"));
                    case "Node", "node" -> texts.put("Node", name(in, "Node"));
                    default -> in.skipChildren();
                }
            });
            WireJson.end(in);
        } catch (JacksonException e) {
            throw WireJson.unreadable(e);
        }
        for (var key : new String[] {"PodName", "PodNamespace", "PodUID", "Node"}) {
            if (texts.getOrDefault(key, "").isEmpty()) {
                throw new WireException("the request has no " + key);
            }
        }
        var pod = new PodKey(
                texts.getOrDefault("PodNamespace", ""),
                texts.getOrDefault("PodName", ""),
                texts.getOrDefault("PodUID", ""));
        return new BindArgs(pod, texts.getOrDefault("Node", ""));
    }
}
