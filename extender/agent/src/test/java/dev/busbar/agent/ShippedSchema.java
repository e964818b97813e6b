package dev.busbar.agent;

import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import dev.busbar.testclusters.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What the shipped CRD lets into the API server, as far as it says: one thing too long there, and nothing is written. */
final class ShippedSchema {
    private final JsonNode schema;
    private final List<String> complaints = new ArrayList<>();

    private ShippedSchema(JsonNode schema) {
        this.schema = schema;
    }

    /** What an API server would refuse in the object. */
    static List<String> complaints(GpuTopology topology) {
        try {
            var crd = new YAMLMapper()
                    .readTree(Files.readString(Repository.root().resolve("manifests/crd/gputopology.yaml")));
            var shipped = new ShippedSchema(crd.at("/spec/versions/0/schema/openAPIV3Schema"));
            shipped.check(JsonMapper.shared().readTree(GpuTopologyCodec.toJson(topology)), shipped.schema, "");
            return shipped.complaints;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check(JsonNode value, JsonNode schema, String path) {
        switch (schema.path("type").asString("")) {
            case "object" -> object(value, schema, path);
            case "array" -> array(value, schema, path);
            case "string" -> text(value.asString(""), schema, path);
            case "integer" -> number(value.asLong(), schema, path);
            default -> {}
        }
    }

    private void object(JsonNode value, JsonNode schema, String path) {
        for (var name : schema.path("required")) {
            refuseIf(!value.has(name.asString()), path + "." + name.asString() + " is missing");
        }
        for (var field : value.properties()) {
            if (schema.has("properties")) {
                var of = schema.path("properties").path(field.getKey());
                refuseIf(of.isMissingNode(), path + "." + field.getKey() + " is unknown");
                check(field.getValue(), of, path + "." + field.getKey());
            }
        }
    }

    private void array(JsonNode values, JsonNode schema, String path) {
        refuseIf(values.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE), path + " has " + values.size());
        var keys = new HashSet<String>();
        for (int i = 0; i < values.size(); i++) {
            check(values.get(i), schema.path("items"), path + "[" + i + "]");
            if (schema.has("x-kubernetes-list-map-keys")) {
                var key = schema.path("x-kubernetes-list-map-keys").path(0).asString();
                refuseIf(!keys.add(values.get(i).path(key).asString("")), path + "[" + i + "] is there twice");
            }
        }
    }

    private void text(String text, JsonNode schema, String path) {
        refuseIf(text.length() > schema.path("maxLength").asInt(Integer.MAX_VALUE), path + " is too long");
        refuseIf(text.length() < schema.path("minLength").asInt(0), path + " is too short");
        var pattern = schema.path("pattern").asString("");
        refuseIf(!pattern.isEmpty() && !Pattern.compile(pattern).matcher(text).find(), path + " (" + text + ")");
        var known = schema.path("enum").valueStream().map(JsonNode::asString).toList();
        refuseIf(!known.isEmpty() && !known.contains(text), path + " (" + text + ")");
    }

    private void number(long number, JsonNode schema, String path) {
        refuseIf(
                number < schema.path("minimum").asLong(Long.MIN_VALUE)
                        || number > schema.path("maximum").asLong(Long.MAX_VALUE),
                path + " (" + number + ")");
    }

    private void refuseIf(boolean bad, String complaint) {
        if (bad) {
            complaints.add(complaint);
        }
    }
}
