package dev.busbar.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One call of a real kube-scheduler, as it was sent. */
record CapturedCall(Path file, String verb, JsonNode body) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String BLANK_LINE = "\r\n\r\n";

    static CapturedCall read(Path file) {
        try {
            var text = Files.readString(file, StandardCharsets.UTF_8);
            var name = file.getFileName().toString();
            var body = MAPPER.readTree(text.substring(text.indexOf(BLANK_LINE) + BLANK_LINE.length()));
            return new CapturedCall(file, name.substring(0, name.indexOf('-')), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the captures lie: BUSBAR_DATA, else shared/data beside the checkout. */
    static Stream<CapturedCall> all() throws IOException {
        var set = System.getenv("BUSBAR_DATA");
        var root = Path.of("").toAbsolutePath();
        while (root != null && !Files.exists(root.resolve("LICENSE"))) {
            root = root.getParent();
        }
        var data = set != null ? Path.of(set) : Path.of(String.valueOf(root)).resolveSibling("shared/data");
        var folder = data.resolve("wire");
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException(
                    "this test needs the captures in %s (set BUSBAR_DATA to its parent)".formatted(folder));
        }
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".request.raw")).sorted().toList().stream()
                    .map(CapturedCall::read);
        }
    }

    /** The call as it was sent, with its headers. */
    byte[] request() throws IOException {
        return Files.readAllBytes(file);
    }

    /** The name of the captured case. */
    String scene() {
        return file.getName(file.getNameCount() - 2).toString();
    }

    String uid() {
        return verb.equals("bind")
                ? body.path("PodUID").asString()
                : body.path("Pod").path("metadata").path("uid").asString();
    }

    /** Whole GPUs of the stock plugin that the pod asks. */
    int gpus() {
        int sum = 0;
        for (var container : body.path("Pod").path("spec").path("containers")) {
            sum += Integer.parseInt(container
                    .path("resources")
                    .path("requests")
                    .path("nvidia.com/gpu")
                    .asString("0"));
        }
        return sum;
    }

    boolean hasNodeObjects() {
        return body.path("Nodes").isObject();
    }

    List<JsonNode> nodeObjects() {
        var items = new ArrayList<JsonNode>();
        body.path("Nodes").path("items").forEach(items::add);
        return items;
    }

    List<String> nodes() {
        var names = new ArrayList<String>();
        body.path("NodeNames").forEach(name -> names.add(name.asString()));
        nodeObjects()
                .forEach(item -> names.add(item.path("metadata").path("name").asString()));
        return names;
    }

    @Override
    public String toString() {
        return scene() + "/" + file.getFileName();
    }
}
