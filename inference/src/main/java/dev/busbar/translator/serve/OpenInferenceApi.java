package dev.busbar.translator.serve;

import dev.busbar.translator.serve.Api.Call;
import dev.busbar.translator.serve.TextService.Answer;
import dev.busbar.translator.serve.TextService.Ask;
import dev.busbar.translator.serve.TextService.Format;
import dev.busbar.translator.text.SentenceSplitter.Mode;
import dev.busbar.translator.token.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The Open Inference Protocol v2, as KServe and Triton speak it: texts go in and come out as BYTES. */
final class OpenInferenceApi {
    private final TextService service;
    private final Models models;

    OpenInferenceApi(TextService service, Models models) {
        this.service = service;
        this.models = models;
    }

    JsonNode server() {
        ObjectNode server = Api.JSON.createObjectNode();
        server.put("name", "busbar-translator").put("version", "0.1.0");
        server.putArray("extensions");
        return server;
    }

    JsonNode model(String name) {
        known(name);
        ObjectNode model = Api.JSON.createObjectNode();
        model.put("name", name).put("platform", "onnx");
        model.putArray("versions").add("1");
        model.putArray("inputs").add(tensor("text"));
        model.putArray("outputs").add(tensor("translation"));
        return model;
    }

    private static ObjectNode tensor(String name) {
        ObjectNode tensor = Api.JSON.createObjectNode().put("name", name).put("datatype", "BYTES");
        tensor.putArray("shape").add(-1);
        return tensor;
    }

    JsonNode ready(String name) {
        known(name);
        return Api.JSON.createObjectNode().put("name", name).put("ready", true);
    }

    JsonNode infer(String name, Call call) {
        known(name);
        JsonNode fields = call.fields();
        JsonNode inputs = fields.path("inputs");
        if (!inputs.isArray() || inputs.size() != 1) {
            throw new ApiError(400, "inputs must be a list of one tensor of texts");
        }
        JsonNode input = inputs.get(0);
        if (!input.path("datatype").stringValue("").equals("BYTES")) {
            throw new ApiError(400, "inputs[0].datatype must be BYTES");
        }
        List<String> texts = Api.texts(input, "data", call.limits());
        checkShape(input.path("shape"), texts.size());
        Direction direction = direction(name, fields.path("parameters"));
        List<Answer> answers = service.translate(
                new Ask(
                        texts,
                        Optional.of(direction.source()),
                        direction.target(),
                        Format.PLAIN,
                        Mode.SENTENCES_AND_LINES,
                        1,
                        0,
                        call.timeout()),
                call.started()::accept);
        return answer(name, fields, answers);
    }

    private static void checkShape(JsonNode shape, int count) {
        long elements = 1;
        for (JsonNode dimension : shape) {
            elements *= dimension.asLong(0);
        }
        if (!shape.isArray() || elements != count) {
            throw new ApiError(400, "inputs[0].shape (%s) does not fit %d texts".formatted(shape, count));
        }
    }

    private Direction direction(String name, JsonNode parameters) {
        return Models.direction(name)
                .orElseGet(() -> new Direction(Api.required(parameters, "source"), Api.required(parameters, "target")));
    }

    private static JsonNode answer(String name, JsonNode fields, List<Answer> answers) {
        ObjectNode answer = Api.JSON.createObjectNode();
        answer.put("model_name", name).put("model_version", "1");
        Api.optional(fields, "id").ifPresent(id -> answer.put("id", id));
        ObjectNode output = answer.putArray("outputs").addObject();
        output.put("name", "translation").put("datatype", "BYTES");
        output.putArray("shape").add(answers.size());
        ArrayNode data = output.putArray("data");
        answers.forEach(one -> data.add(one.text()));
        return answer;
    }

    private void known(String name) {
        if (models.named(name).isEmpty()) {
            throw new ApiError(
                    404, "there is no model %s; there is %s".formatted(name, new ArrayList<>(models.names())));
        }
    }
}
