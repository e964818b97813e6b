package dev.busbar.server.wire;

import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.Pod;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Decodes the arguments of filter and prioritize with a full JSON parser: slower, and right about any text. */
final class JacksonArgs {
    private final WireJson json;
    private final PodReader pods;

    JacksonArgs(DemandReader demands, int maxDepth) {
        this.json = new WireJson(maxDepth);
        this.pods = new PodReader(demands);
    }

    /** The pod that this part of a request describes. */
    Pod pod(byte[] body, int from, int length) {
        try (var in = json.parser(body, from, length)) {
            in.nextToken();
            return pods.read(in);
        }
    }

    Args decode(byte[] body, int length, NameTable table) {
        try (var in = json.parser(body, 0, length)) {
            in.nextToken();
            var reading = new Reading(in, table, body, length);
            Members.each(in, "the request", reading::member);
            WireJson.end(in);
            var pod = reading.pod.orElseThrow(() -> new WireException("the request has no Pod"));
            var asked =
                    reading.asked.orElseThrow(() -> new WireException("the request has neither NodeNames nor Nodes"));
            return new Args(pod, asked, table);
        } catch (JacksonException e) {
            throw WireJson.unreadable(e);
        }
    }

    /** One request that is being read. */
    private final class Reading {
        private final JsonParser in;
        private final NameTable table;
        private final byte[] body;
        private final int length;
        private final AskedNodesBuilder nodes = new AskedNodesBuilder();
        private Optional<Pod> pod = Optional.empty();
        private Optional<AskedNodes> asked = Optional.empty();
        private String name = "";

        Reading(JsonParser in, NameTable table, byte[] body, int length) {
            this.in = in;
            this.table = table;
            this.body = body;
            this.length = length;
        }

        void member(String key) {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            switch (key) {
                case "Pod", "pod" -> pod = Optional.of(pods.read(in));
                case "NodeNames", "nodeNames" -> asked = Optional.of(names());
                case "Nodes", "nodes" -> asked = Optional.of(objects());
                default -> in.skipChildren();
            }
        }

        private AskedNodes names() {
            var text = new JsonBytes(1024);
            nodes.clear();
            Members.eachItem(in, "NodeNames", () -> {
                name = Members.string(in, "NodeNames[]");
                add(text, 0, 0);
            });
            return nodes.names(text.toArray());
        }

        /** The positions of the objects are those of the body, so their names are put behind it. */
        private AskedNodes objects() {
            var text = new JsonBytes(Arrays.copyOf(body, length));
            nodes.clear();
            Members.each(in, "Nodes", key -> {
                if (key.equals("items")) {
                    nodes.clear();
                    Members.eachItem(in, "Nodes.items", () -> object(text));
                } else {
                    in.skipChildren();
                }
            });
            return nodes.objects(text.toArray());
        }

        private void object(JsonBytes text) {
            long from = in.currentTokenLocation().getByteOffset();
            name = "";
            Members.each(in, "Nodes.items[]", key -> {
                if (key.equals("metadata")) {
                    Members.each(in, "Nodes.items[].metadata", this::metadata);
                } else {
                    in.skipChildren();
                }
            });
            long to = in.currentLocation().getByteOffset();
            if (from < 0 || to <= from || name.isEmpty()) {
                throw new WireException("Nodes.items[] must be objects with a metadata.name, in UTF-8");
            }
            add(text, (int) from, (int) to);
        }

        private void metadata(String key) {
            if (key.equals("name")) {
                name = Members.string(in, "Nodes.items[].metadata.name");
            } else {
                in.skipChildren();
            }
        }

        private void add(JsonBytes text, int itemFrom, int itemTo) {
            int from = text.length() + 1;
            text.string(name).put(',');
            nodes.item(table.names().number(name).orElse(-1), from, text.length() - 2, itemFrom, itemTo);
        }
    }
}
