package dev.busbar.files.gputopology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The schema in manifests/ and the records here are two descriptions of one object. */
class GpuTopologySchemaTest {

    private static final Path CRD = Path.of("../../manifests/crd/gputopology.yaml");

    @Test
    void schema_and_records_name_the_same_fields() throws IOException {
        var crd = new YAMLMapper().readTree(Files.readString(CRD));
        var root = crd.at("/spec/versions/0/schema/openAPIV3Schema");

        var inSchema = new TreeSet<String>();
        fields(root, "", inSchema);
        var inRecords = new TreeSet<String>();
        fields(GpuTopology.class, "", inRecords);

        assertThat(inRecords).isEqualTo(inSchema).hasSizeGreaterThan(50);
    }

    @Test
    void schema_names_the_group_and_version_that_the_records_write() throws IOException {
        var crd = new YAMLMapper().readTree(Files.readString(CRD));

        var version = crd.at("/spec/group").asString() + "/"
                + crd.at("/spec/versions/0/name").asString();

        assertThat(version).isEqualTo(GpuTopology.API_VERSION);
        assertThat(crd.at("/spec/names/kind").asString()).isEqualTo(GpuTopology.KIND);
    }

    private static void fields(JsonNode schema, String path, Set<String> found) {
        for (var property : schema.path("properties").properties()) {
            var name = path + "." + property.getKey();
            found.add(name);
            fields(property.getValue(), name, found);
        }
        if (schema.has("items")) {
            fields(schema.get("items"), path + "[]", found);
        }
    }

    private static void fields(Class<?> type, String path, Set<String> found) {
        if (!type.isRecord() || type == Metadata.class || type == Memory.class) {
            return;
        }
        for (var component : type.getRecordComponents()) {
            var name = path + "." + component.getName();
            found.add(name);
            fields(elementOf(component), component.getType() == List.class ? name + "[]" : name, found);
        }
    }

    private static Class<?> elementOf(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType list
                ? (Class<?>) list.getActualTypeArguments()[0]
                : component.getType();
    }
}
