package dev.busbar.server.explain;

import dev.busbar.core.cluster.DeviceCheck;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.score.Breakdown;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.verbs.Explanation;
import dev.busbar.core.workload.Demand;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an explanation as
 *
 * <pre>{@code {pod, chosen, runnerUp, nodes: [{node, source, verdict: "fits|not-now|never", reason,
 *   gpus: [uuid], indices: [int], gbps, score, terms: {}, unknown: [], inferred: [], conflicts: [], notOffered: [],
 *   memory}]}}</pre>
 *
 * {@code chosen} and {@code runnerUp} are null where there is none; {@code reason} is empty where the pod fits. The last
 * five say how far our knowledge of the node goes: what its source leaves open, where other sources differ, which GPUs
 * nobody gets, and who measured the GPUs' memory.
 */
public final class ExplanationJson {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Verdict.Fits NOTHING = new Verdict.Fits(GpuSet.NONE, 0, Breakdown.ZERO);

    private ExplanationJson() {}

    public static ObjectNode of(Explanation explanation) {
        var json = JSON.createObjectNode();
        json.put("pod", explanation.pod().key().display());
        explanation.chosen().ifPresentOrElse(line -> json.put("chosen", line.node()), () -> json.putNull("chosen"));
        explanation
                .runnerUp()
                .ifPresentOrElse(line -> json.put("runnerUp", line.node()), () -> json.putNull("runnerUp"));
        if (explanation.pod().demand() instanceof Demand.Malformed malformed) {
            json.put("flaw", malformed.flaw().text()).put("found", malformed.found());
        }
        var nodes = json.putArray("nodes");
        explanation.lines().forEach(line -> nodes.add(node(line)));
        return json;
    }

    /** Adds {@code devices: {node, named: [uuid], seen: [uuid], says}}: what the pod really holds. */
    public static void devices(ObjectNode explanation, DeviceCheck check) {
        var json = explanation.putObject("devices").put("node", check.node());
        check.named().forEach(json.putArray("named")::add);
        check.seen().forEach(json.putArray("seen")::add);
        json.put("says", check.words());
    }

    private static ObjectNode node(Explanation.Line line) {
        var json = JSON.createObjectNode()
                .put("node", line.node())
                .put("source", line.origin().source().words());
        switch (line.verdict()) {
            case Verdict.Fits fits -> put(json, line, fits, "fits", "");
            case Verdict.NotNow notNow ->
                put(json, line, NOTHING, "not-now", notNow.reason().text());
            case Verdict.Never never ->
                put(json, line, NOTHING, "never", never.reason().text());
        }
        knowledge(json, line);
        return json;
    }

    /** How far what we know of the node goes. */
    private static void knowledge(ObjectNode json, Explanation.Line line) {
        line.origin().unknown().forEach(json.putArray("unknown")::add);
        line.origin().inferred().forEach(json.putArray("inferred")::add);
        line.origin().conflicts().forEach(json.putArray("conflicts")::add);
        line.notOffered().forEach(json.putArray("notOffered")::add);
        json.put("memory", line.memory());
    }

    private static void put(ObjectNode json, Explanation.Line line, Verdict.Fits fits, String verdict, String reason) {
        json.put("verdict", verdict).put("reason", reason);
        var gpus = json.putArray("gpus");
        line.gpus().forEach(gpus::add);
        var indices = json.putArray("indices");
        fits.gpus().forEach(indices::add);
        json.put("gbps", fits.gigabytesPerSecond()).put("score", fits.terms().score());
        terms(json.putObject("terms"), verdict.equals("fits") ? fits.terms().terms() : Map.of());
    }

    private static void terms(ObjectNode json, Map<String, Double> terms) {
        terms.forEach(json::put);
    }
}
