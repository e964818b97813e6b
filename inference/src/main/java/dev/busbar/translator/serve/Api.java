package dev.busbar.translator.serve;

import dev.busbar.translator.batch.Order;
import dev.busbar.translator.serve.ServeConfig.Limits;
import io.vertx.core.buffer.Buffer;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the routes of all three dialects share: bodies in, JSON out, limits kept. */
final class Api {
    static final JsonMapper JSON = JsonMapper.shared();

    private static final Set<String> TRANSLATIONS = Set.of("/translate", "/v2/translate", "/v2/models/infer");

    private Api() {}

    /** A request's body with what says how to read it and how long it may take. */
    record Call(
            Buffer body, String contentType, Optional<String> timeoutSeconds, Limits limits, Consumer<Order> started) {
        /** The fields of a JSON object or of a form; every fault in them is the client's. */
        JsonNode fields() {
            String text = text();
            if (contentType.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
                return form(text);
            }
            try {
                JsonNode root = JSON.readTree(text);
                if (!root.isObject()) {
                    throw new ApiError(400, "the body must be a JSON object or a form");
                }
                return root;
            } catch (JacksonException broken) {
                throw new ApiError(400, "the body is not JSON: " + broken.getOriginalMessage());
            }
        }

        private String text() {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(body.getBytes()))
                        .toString();
            } catch (CharacterCodingException broken) {
                throw new ApiError(400, "the body is not UTF-8");
            }
        }

        /** A key that comes more than once is a list. */
        private static JsonNode form(String text) {
            ObjectNode fields = JSON.createObjectNode();
            for (String pair : text.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals < 0) {
                    continue;
                }
                String key = decoded(pair.substring(0, equals));
                String value = decoded(pair.substring(equals + 1));
                JsonNode before = fields.get(key);
                if (before == null) {
                    fields.put(key, value);
                } else if (before instanceof ArrayNode list) {
                    list.add(value);
                } else {
                    fields.set(key, JSON.createArrayNode().add(before).add(value));
                }
            }
            return fields;
        }

        private static String decoded(String text) {
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException broken) {
                throw new ApiError(400, "the form is broken: " + broken.getMessage());
            }
        }

        /** The client may ask for less time than the server grants, not for more. */
        Duration timeout() {
            if (timeoutSeconds.isEmpty()) {
                return limits.timeout();
            }
            try {
                long millis = (long) (Double.parseDouble(timeoutSeconds.get()) * 1000);
                return Duration.ofMillis(Math.clamp(millis, 1, limits.timeout().toMillis()));
            } catch (NumberFormatException broken) {
                throw new ApiError(
                        400, "X-Request-Timeout (%s) must be a number of seconds".formatted(timeoutSeconds.get()));
            }
        }
    }

    static boolean isTranslation(String route) {
        return TRANSLATIONS.contains(route);
    }

    /** A text or a list of texts. */
    static List<String> texts(JsonNode fields, String key, Limits limits) {
        JsonNode node = fields.path(key);
        if (node.isMissingNode() || node.isNull()) {
            throw new ApiError(400, "%s is missing".formatted(key));
        }
        if (!node.isArray()) {
            return List.of(text(node, key));
        }
        if (node.size() > limits.textsPerRequest()) {
            throw new ApiError(
                    413,
                    "%s has %d texts; a request may have %d".formatted(key, node.size(), limits.textsPerRequest()));
        }
        List<String> texts = new ArrayList<>(node.size());
        node.forEach(element -> texts.add(text(element, key)));
        return texts;
    }

    private static String text(JsonNode node, String key) {
        if (!node.isString()) {
            throw new ApiError(400, "%s must be a text or a list of texts".formatted(key));
        }
        return node.stringValue();
    }

    static String required(JsonNode fields, String key) {
        return optional(fields, key).orElseThrow(() -> new ApiError(400, "%s is missing".formatted(key)));
    }

    static Optional<String> optional(JsonNode fields, String key) {
        JsonNode node = fields.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isString()) {
            throw new ApiError(400, "%s must be a text".formatted(key));
        }
        return Optional.of(node.stringValue()).filter(text -> !text.isBlank());
    }

    static String choice(JsonNode fields, String key, String otherwise, Set<String> choices) {
        String value = optional(fields, key).orElse(otherwise);
        if (!choices.contains(value)) {
            throw new ApiError(
                    400,
                    "%s (%s) must be one of %s"
                            .formatted(key, value, choices.stream().sorted().toList()));
        }
        return value;
    }

    /** A number, also one written as text, as forms have them. */
    static int number(JsonNode fields, String key, int otherwise, int max) {
        JsonNode node = fields.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return otherwise;
        }
        try {
            int value = node.isNumber()
                    ? node.intValue()
                    : Integer.parseInt(node.stringValue("").strip());
            if (value >= 0 && value <= max) {
                return value;
            }
        } catch (NumberFormatException broken) {
            throw new ApiError(400, "%s must be a whole number".formatted(key));
        }
        throw new ApiError(400, "%s must be between 0 and %d".formatted(key, max));
    }

    static ObjectNode object(Map<String, String> fields) {
        ObjectNode object = JSON.createObjectNode();
        fields.forEach(object::put);
        return object;
    }
}
