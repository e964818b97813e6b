package dev.busbar.files;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The objects of a YAML or JSON text, one after another; those of a List stand for themselves. */
final class Documents {
    /** A cluster of thousands of nodes is some tens of megabytes. */
    private static final int MOST_CHARACTERS = 256 << 20;

    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .loadSettings(LoadSettings.builder()
                            .setCodePointLimit(MOST_CHARACTERS)
                            .build())
                    .build())
            .build();

    /** One object and where it stands. */
    record Document(String place, JsonNode node) {
        String kind() {
            return node.path("kind").asString("");
        }

        Field field() {
            return Field.root(node);
        }

        /** The place and the object's name, for messages. */
        String title() {
            var name = node.path("metadata").path("name").asString("");
            return name.isEmpty() ? place : "%s (%s %s)".formatted(place, kind().isEmpty() ? "no kind," : kind(), name);
        }
    }

    private Documents() {}

    static List<Document> of(String file, String text) {
        var documents = new ArrayList<Document>();
        int number = 0;
        try (var nodes = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            while (nodes.hasNextValue()) {
                number++;
                add(new Document("%s: document %d".formatted(file, number), nodes.nextValue()), documents);
            }
        } catch (JacksonException e) {
            throw unreadable(file, e);
        }
        return documents;
    }

    private static void add(Document document, List<Document> documents) {
        var node = document.node();
        if (node.isNull() || node.isMissingNode() || (node.isEmpty() && node.isObject())) {
            return; // nothing between two separators
        }
        if (!node.isObject()) {
            throw document.field()
                    .bad("must be an object with apiVersion, kind and metadata")
                    .in(document.place());
        }
        if (!document.kind().endsWith("List") || !node.has("items")) {
            documents.add(document);
            return;
        }
        int number = 0;
        for (var item : node.path("items")) {
            number++;
            add(new Document("%s, item %d".formatted(document.place(), number), item), documents);
        }
    }

    private static BadInput unreadable(String file, JacksonException e) {
        var where = e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " line %d, column %d"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        var what = e.getOriginalMessage() == null ? "it is no YAML" : e.getOriginalMessage();
        return new BadInput(
                "%s:%s is no YAML: %s".formatted(file, where, what.strip().replaceAll("\\s+", " ")), e);
    }
}
