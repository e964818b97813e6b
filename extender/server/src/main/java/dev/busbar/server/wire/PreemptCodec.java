package dev.busbar.server.wire;

import dev.busbar.core.verbs.PreemptVerb.Victims;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The arguments of a preempt, which names victims by whole pods or by UID alone, and its answer, always by UID. */
public final class PreemptCodec {
    /** The pod that wants room, and the victims that the scheduler proposes by node. */
    public record PreemptArgs(Pod pod, Map<String, Victims> victims) {}

    private final WireJson json;
    private final PodReader pods;

    public PreemptCodec(DemandReader demands, int maxDepth) {
        json = new WireJson(maxDepth);
        pods = new PodReader(demands);
    }

    public PreemptArgs decode(byte[] body, int length) {
        try (var in = json.parser(body, 0, length)) {
            in.nextToken();
            var reading = new Reading(in);
            Members.each(in, "the request", reading::member);
            WireJson.end(in);
            var pod = reading.pod.orElseThrow(() -> new WireException("the request has no Pod"));
            return new PreemptArgs(pod, reading.victims);
        } catch (JacksonException e) {
            throw WireJson.unreadable(e);
        }
    }

    public byte[] encode(Map<String, Victims> answer) {
        var out = new JsonBytes(1024).raw("{\"NodeNameToMetaVictims\":{");
        var nodeComma = "";
        for (var entry : answer.entrySet()) {
            out.raw(nodeComma).string(entry.getKey()).raw(":{\"Pods\":[");
            nodeComma = ",";
            var comma = "";
            for (var uid : entry.getValue().uids()) {
                out.raw(comma).raw("{\"UID\":").string(uid).put('}');
                comma = ",";
            }
            out.raw("],\"NumPDBViolations\":")
                    .number(entry.getValue().budgetViolations())
                    .put('}');
        }
        return out.raw("}}").toArray();
    }

    /** One request that is being read. */
    private final class Reading {
        private final JsonParser in;
        private final Map<String, Victims> victims = new LinkedHashMap<>();
        private Optional<Pod> pod = Optional.empty();
        private List<String> uids = new ArrayList<>();
        private int violations;

        Reading(JsonParser in) {
            this.in = in;
        }

        void member(String key) {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            switch (key) {
                case "Pod", "pod" -> pod = Optional.of(pods.read(in));
                case "NodeNameToVictims", "nodeNameToVictims", "NodeNameToMetaVictims", "nodeNameToMetaVictims" ->
                    Members.each(in, key, this::node);
                default -> in.skipChildren();
            }
        }

        private void node(String node) {
            uids = new ArrayList<>();
            violations = 0;
            Members.each(in, "victims", this::ofNode);
            victims.put(node, new Victims(uids, violations));
        }

        private void ofNode(String key) {
            switch (key) {
                case "Pods", "pods" ->
                    Members.eachItem(in, "victims.Pods", () -> Members.each(in, "victims.Pods[]", this::victim));
                case "NumPDBViolations", "numPDBViolations" -> violations = Members.number(in, "NumPDBViolations");
                default -> in.skipChildren();
            }
        }

        private void victim(String key) {
            switch (key) {
                case "UID", "uid" -> uids.add(Members.text(in, "victims.Pods[].UID"));
                case "metadata" ->
                    Members.each(in, "victims.Pods[].metadata", inner -> {
                        if (inner.equals("uid")) {
                            uids.add(Members.text(in, "victims.Pods[].metadata.uid"));
                        } else {
                            in.skipChildren();
                        }
                    });
                default -> in.skipChildren();
            }
        }
    }
}
