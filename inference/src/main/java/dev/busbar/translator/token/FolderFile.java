package dev.busbar.translator.token;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** A JSON file of a model folder; whatever is asked of it and is not there, or not as it should be, is one clear error. */
public final class FolderFile {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path file;
    private final JsonNode root;

    private FolderFile(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    public static FolderFile read(Path folder, String name) {
        return find(folder, name).orElseThrow(() -> new BadModelFolder(folder, name + " is missing"));
    }

    public static Optional<FolderFile> find(Path folder, String name) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (!root.isObject()) {
                throw new BadModelFolder(file, "the file", "a JSON " + root.getNodeType(), "a JSON object");
            }
            return Optional.of(new FolderFile(file, root));
        } catch (JacksonException broken) {
            throw new BadModelFolder(file, "the file", "broken: " + broken.getOriginalMessage(), "JSON");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Path path() {
        return file;
    }

    public JsonNode root() {
        return root;
    }

    public JsonNode field(String name) {
        JsonNode node = root.path(name);
        return node.isNull() ? MissingNode.getInstance() : node;
    }

    public boolean has(String name) {
        return !field(name).isMissingNode();
    }

    public int number(String name) {
        return optionalNumber(name).orElseThrow(() -> wrong(name, "a whole number"));
    }

    public OptionalInt optionalNumber(String name) {
        JsonNode node = field(name);
        if (node.isMissingNode()) {
            return OptionalInt.empty();
        }
        if (!node.canConvertToInt() || !node.isNumber()) {
            throw wrong(name, "a whole number");
        }
        return OptionalInt.of(node.intValue());
    }

    public double decimal(String name, double otherwise) {
        JsonNode node = field(name);
        if (node.isMissingNode()) {
            return otherwise;
        }
        if (!node.isNumber()) {
            throw wrong(name, "a number");
        }
        return node.doubleValue();
    }

    public String text(String name) {
        return optionalText(name).orElseThrow(() -> wrong(name, "a text"));
    }

    public Optional<String> optionalText(String name) {
        JsonNode node = field(name);
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        if (!node.isString()) {
            throw wrong(name, "a text");
        }
        return Optional.of(node.stringValue());
    }

    /** A number, or a list of them; nothing there is an empty list. */
    public List<Integer> numbers(String name) {
        JsonNode node = field(name);
        List<Integer> numbers = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(element -> numbers.add(wholeNumber(name, element)));
        } else if (!node.isMissingNode()) {
            numbers.add(wholeNumber(name, node));
        }
        return numbers;
    }

    /** Lists of numbers; nothing there is an empty list. */
    public List<int[]> numberLists(String name) {
        JsonNode node = field(name);
        List<int[]> lists = new ArrayList<>();
        if (node.isMissingNode()) {
            return lists;
        }
        for (JsonNode list : node) {
            if (!list.isArray() || list.isEmpty()) {
                throw wrong(name, "lists of whole numbers");
            }
            int[] numbers = new int[list.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = wholeNumber(name, list.get(i));
            }
            lists.add(numbers);
        }
        return lists;
    }

    public BadModelFolder wrong(String field, String expected) {
        JsonNode found = field(field);
        return new BadModelFolder(file, field, found.isMissingNode() ? "missing" : shortened(found), expected);
    }

    private int wholeNumber(String name, JsonNode node) {
        if (!node.isNumber() || !node.canConvertToInt()) {
            throw wrong(name, "whole numbers");
        }
        return node.intValue();
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
