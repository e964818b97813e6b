package dev.busbar.translator.serve;

import dev.busbar.translator.serve.Api.Call;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Which path means what. */
final class Routes {
    private static final Pattern MODEL =
            Pattern.compile("/v2/models/(?<name>[^/]+)(?:/versions/[^/]+)?(?<verb>/ready|/infer)?");
    private static final String JSON = "application/json";
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

    private final LibreTranslateApi libre;
    private final DeepLApi deepl;
    private final OpenInferenceApi inference;
    private final ServerMetrics metrics;
    private final BooleanSupplier ready;

    Routes(
            LibreTranslateApi libre,
            DeepLApi deepl,
            OpenInferenceApi inference,
            ServerMetrics metrics,
            BooleanSupplier ready) {
        this.libre = libre;
        this.deepl = deepl;
        this.inference = inference;
        this.metrics = metrics;
        this.ready = ready;
    }

    record Answer(int status, String contentType, Buffer body) {
        static Answer json(JsonNode node) {
            return new Answer(200, JSON, Buffer.buffer(Api.JSON.writeValueAsBytes(node)));
        }
    }

    Answer answer(String method, String path, Call call) {
        return switch (method + " " + path) {
            case "POST /translate" -> Answer.json(libre.translate(call));
            case "POST /detect" -> Answer.json(libre.detect(call));
            case "GET /languages" -> Answer.json(libre.languages());
            case "POST /v2/translate" -> Answer.json(deepl.translate(call));
            case "GET /v2" -> Answer.json(inference.server());
            case "GET /health", "GET /v2/health/live" -> Answer.json(Api.object(Map.of("status", "ok")));
            case "GET /ready", "GET /v2/health/ready" -> readiness();
            case "GET /metrics" -> new Answer(200, METRICS, Buffer.buffer(metrics.scrape()));
            default -> model(method, path, call);
        };
    }

    private Answer readiness() {
        if (!ready.getAsBoolean()) {
            throw new ApiError(503, "not ready");
        }
        return Answer.json(Api.object(Map.of("status", "ready")));
    }

    private Answer model(String method, String path, Call call) {
        Matcher model = MODEL.matcher(path);
        if (!model.matches()) {
            throw new ApiError(404, "there is no %s %s".formatted(method, path));
        }
        String name = model.group("name");
        String verb = model.group("verb") == null ? "" : model.group("verb");
        return Answer.json(
                switch (method + verb) {
                    case "GET" -> inference.model(name);
                    case "GET/ready" -> inference.ready(name);
                    case "POST/infer" -> inference.infer(name, call);
                    default -> throw new ApiError(405, "%s does not take %s".formatted(path, method));
                });
    }

    /** A path's name in metrics: few, whatever clients ask for. */
    static String name(String path) {
        return switch (path) {
            case "/translate", "/detect", "/languages", "/v2/translate", "/v2", "/health", "/ready", "/metrics" -> path;
            default -> path.startsWith("/v2/models/") && path.endsWith("/infer") ? "/v2/models/infer" : "other";
        };
    }
}
