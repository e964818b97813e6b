package dev.busbar.server.http;

import dev.busbar.core.cluster.DeviceCheck;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.BadInput;
import dev.busbar.files.ClusterText;
import dev.busbar.files.PodReader;
import dev.busbar.server.explain.ExplanationJson;
import dev.busbar.server.metrics.ServerMetrics;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What people and their tools ask: health, metrics, and why a pod went where it went. */
final class Pages {
    private static final String EXPLAIN = "/explain/";

    private final Readiness readiness;
    private final Verbs verbs;
    private final RecentDecisions decisions;
    private final ServerMetrics metrics;
    private final PodReader pods;
    private final ResourceNames names;

    Pages(Serving serving, RecentDecisions decisions, ResourceNames names) {
        this.readiness = serving.ready();
        this.verbs = serving.verbs();
        this.pods = new PodReader(names);
        this.names = names;
        this.decisions = decisions;
        this.metrics = serving.metrics();
    }

    void answer(HttpServerRequest request, Call call) {
        var path = Call.path(request);
        if (path.equals("/what-if")) {
            whatIf(request, call);
        } else if (Call.isPost(request)) {
            text(call, 404, "nothing answers POST %s\n".formatted(path));
        } else if (path.startsWith(EXPLAIN)) {
            explain(call, URLDecoder.decode(path.substring(EXPLAIN.length()), StandardCharsets.UTF_8));
        } else {
            ops(request, call);
        }
    }

    /** What those ask who run it. */
    void ops(HttpServerRequest request, Call call) {
        var path = Call.path(request);
        switch (path) {
            case "/healthz" -> text(call, 200, "ok\n");
            case "/readyz" -> {
                var missing = readiness.missing();
                text(call, missing.isEmpty() ? 200 : 503, missing.orElse("ok") + "\n");
            }
            case "/metrics" -> call.answer(200, "text/plain; version=0.0.4; charset=utf-8", bytes(metrics.scrape()));
            default ->
                text(
                        call,
                        404,
                        "nothing answers %s %s\n".formatted(request.method().name(), path));
        }
    }

    /** The cluster as a folder of YAML holds it. Takes a while where the cluster is large. */
    byte[] snapshot() {
        return bytes(ClusterText.of(verbs.state(), names));
    }

    private void explain(Call call, String pod) {
        int slash = pod.indexOf('/');
        if (slash < 1 || slash == pod.length() - 1) {
            text(call, 404, "ask for /explain/NAMESPACE/POD\n");
            return;
        }
        var decision = decisions.of(pod.substring(0, slash), pod.substring(slash + 1));
        if (decision.isEmpty()) {
            text(call, 404, """
                no decision on pod %s is kept
                Maybe it was too long ago, or kube-scheduler has not asked Busbar about it.
                """.formatted(pod));
            return;
        }
        var json = ExplanationJson.of(decision.get().explanation());
        devices(decision.get().explanation().pod().key().uid())
                .ifPresent(check -> ExplanationJson.devices(json, check));
        call.answerJson(bytes(json + "\n"));
    }

    /** What the pod really holds, once its node's agent has seen it. */
    private Optional<DeviceCheck> devices(String uid) {
        return verbs.state()
                .holdingOf(uid)
                .flatMap(placed -> verbs.state().snapshot().node(placed.node()))
                .flatMap(node -> node.holdingOf(uid).flatMap(holding -> DeviceCheck.of(node, holding)));
    }

    private void whatIf(HttpServerRequest request, Call call) {
        if (!Call.isPost(request)) {
            text(call, 405, "POST a Pod as YAML or JSON here\n");
            return;
        }
        if (call.isTooLong()) {
            text(call, 413, "the pod is too long\n");
            return;
        }
        try {
            var pod = pods.read("the request", new String(call.body(), 0, call.length(), StandardCharsets.UTF_8));
            call.answerJson(bytes(ExplanationJson.of(verbs.explain(pod)) + "\n"));
        } catch (BadInput e) {
            text(call, 400, e.getMessage() + "\n");
        }
    }

    private static void text(Call call, int status, String text) {
        call.answer(status, "text/plain; charset=utf-8", bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
