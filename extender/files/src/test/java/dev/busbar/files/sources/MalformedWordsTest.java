package dev.busbar.files.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.topology.Allocator;
import dev.busbar.files.TopologyReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What others publish with mistakes in it is read as something or nothing; it takes nobody down. */
class MalformedWordsTest {
    private static final long SEED = 21;
    private static final int ROUNDS = 1500;
    private static final Path CLUSTERS = Path.of("../../test-clusters/sources");
    private static final List<String> INSTEAD = List.of(
            "-1",
            "0",
            "65",
            "4294967296",
            "9223372036854775807",
            "99999999999999999999999",
            "1e400",
            "-5Gi",
            "9Ei",
            "null",
            "true",
            "{}",
            "[]",
            "[[[[",
            "\"",
            "x",
            "",
            "é",
            ",",
            ":");

    @ParameterizedTest
    @ValueSource(strings = {"hami", "labels", "zones", "slices"})
    void mistakes_anywhere_are_survived(String source) throws IOException {
        var documents = List.of(Files.readString(CLUSTERS.resolve(source).resolve("cluster.yaml"))
                .split("\n---\n"));
        var random = new Random(SEED);
        int told = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var text = documents.get(random.nextInt(documents.size()));
            for (int mistakes = 1 + random.nextInt(3); mistakes > 0; mistakes--) {
                text = mistaken(text, random);
            }
            told += parsed(text).map(MalformedWordsTest::read).orElse(0);
        }
        assertThat(told).as("some of it still tells of GPUs").isGreaterThan(ROUNDS / 20);
    }

    @Test
    void a_register_without_end_is_no_register() {
        var one = "GPU-x,1,1,1,T4,0,true:";
        var register = IntStream.range(0, 12_000).mapToObj(i -> one).collect(Collectors.joining());

        assertThat(HamiSource.read(new NodeWords("n1", Map.of(), Map.of("hami.io/node-nvidia-register", register))))
                .isEmpty();
    }

    /** How many of the readers found GPUs. */
    private static int read(JsonNode document) {
        var words = new NodeWords(
                "n1", texts(document.at("/metadata/labels")), texts(document.at("/metadata/annotations")));
        var published = new Published(words, List.of(), List.of(document), List.of(document));
        var choice = published.choice("nvidia.com/gpu");
        choice.ifPresent(chosen -> assertThat(
                        TopologyReader.read(chosen, Allocator.BUSBAR).topology().gpus())
                .hasSizeBetween(1, 64));
        return choice.isPresent() ? 1 : 0;
    }

    private static Map<String, String> texts(JsonNode entries) {
        var texts = new HashMap<String, String>();
        entries.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString("")));
        return texts;
    }

    private static String mistaken(String text, Random random) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + random.nextInt(4));
        if (random.nextBoolean()) { // a whole number or word
            while (at > 0 && Character.isLetterOrDigit(text.charAt(at - 1))) {
                at--;
            }
            while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
                end++;
            }
        }
        return text.substring(0, at) + INSTEAD.get(random.nextInt(INSTEAD.size())) + text.substring(end);
    }

    private static Optional<JsonNode> parsed(String yaml) {
        try {
            var document = new YAMLMapper().readTree(yaml);
            // As it comes from the API server.
            return Optional.of(JsonMapper.shared().readTree(JsonMapper.shared().writeValueAsString(document)));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
