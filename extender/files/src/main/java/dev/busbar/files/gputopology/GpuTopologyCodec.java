package dev.busbar.files.gputopology;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * GpuTopology objects as YAML and JSON. In files an unknown field is an error; from the API server it is a field of a
 * newer version and passed over. Absent fields have their defaults, and empty ones are left out.
 */
public final class GpuTopologyCodec {

    private static final YAMLMapper YAML = plain(YAMLMapper.builder())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .build();
    private static final JsonMapper JSON = plain(JsonMapper.builder())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private GpuTopologyCodec() {}

    /** Throws {@link IllegalArgumentException} with the field's path and what is wrong there. */
    public static GpuTopology fromYaml(String yaml) {
        try {
            return YAML.readValue(yaml, GpuTopology.class);
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    /** As {@link #fromYaml}, for one document of a file that holds several. */
    public static GpuTopology fromYaml(JsonNode document) {
        try {
            return YAML.treeToValue(document, GpuTopology.class);
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    public static String toYaml(GpuTopology topology) {
        return YAML.writeValueAsString(topology);
    }

    /** The object as the API server sends it. */
    public static GpuTopology fromApi(String json) {
        try {
            return JSON.readValue(json, GpuTopology.class);
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    public static String toJson(GpuTopology topology) {
        return JSON.writeValueAsString(topology);
    }

    public static String toJson(Spec spec) {
        return JSON.writeValueAsString(spec);
    }

    public static String toJson(Status status) {
        return JSON.writeValueAsString(status);
    }

    private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B plain(B builder) {
        return builder.disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .changeDefaultPropertyInclusion(
                        _ -> JsonInclude.Value.construct(Include.CUSTOM, Include.ALWAYS, LeftOut.class, null));
    }

    private static IllegalArgumentException unreadable(JacksonException e) {
        var path = e instanceof DatabindException d ? path(d) : "";
        return new IllegalArgumentException(path + e.getOriginalMessage(), e);
    }

    private static String path(DatabindException e) {
        var path = new StringBuilder();
        for (var step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.isEmpty() ? "" : path.append(": ").toString();
    }
}
