package dev.busbar.files.sources;

import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Health;
import dev.busbar.files.gputopology.KubeletPolicies;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * HAMi's node annotations: {@code hami.io/node-nvidia-register} lists the GPUs, as JSON or as the older text of
 * {@code uuid,count,MiB,cores,type,numa,health} with a colon behind each; {@code hami.io/node-nvidia-score} says how
 * near each two are.
 */
public final class HamiSource {

    private static final String REGISTER = "hami.io/node-nvidia-register";
    private static final String SCORE = "hami.io/node-nvidia-score";
    public static final Set<String> ANNOTATIONS = Set.of(REGISTER, SCORE);
    private static final int PER_NVLINK = 100;
    private static final int MOST = 64;
    private static final long MOST_MEBIBYTES = 1L << 30;

    private HamiSource() {}

    /** One entry of the register. */
    private record Card(String uuid, long mebibytes, String type, int numa, Health health) {}

    public static Optional<GpuTopology> read(NodeWords words) {
        var cards = cards(words.annotation(REGISTER).strip());
        if (cards.isEmpty() || cards.size() > MOST) {
            return Optional.empty();
        }
        var gpus = IntStream.range(0, cards.size())
                .mapToObj(i -> gpu(i, cards.get(i)))
                .toList();
        var scores = scores(words.annotation(SCORE));
        var spec = new Spec(
                gpus,
                rows(cards, scores),
                scores.isEmpty() ? List.of() : pcie(cards, scores),
                List.of(),
                FabricLabels.read(words),
                List.of(),
                "",
                KubeletPolicies.UNKNOWN);
        var health = cards.stream()
                .map(card -> new GpuUse(card.uuid(), card.health(), "", Memory.NONE, "", "", List.of()))
                .toList();
        return Optional.of(GpuTopology.of(words.node(), spec, new Status("", List.of(), health, List.of(), List.of())));
    }

    private static Gpu gpu(int index, Card card) {
        var memory = Memory.mebibytes(Math.clamp(card.mebibytes(), 0, MOST_MEBIBYTES));
        return new Gpu(index, card.uuid(), card.type(), memory, card.numa(), "", "", List.of());
    }

    private static List<Card> cards(String register) {
        try {
            return register.startsWith("[") ? fromJson(JsonMapper.shared().readTree(register)) : fromText(register);
        } catch (JacksonException | NumberFormatException _) {
            return List.of(); // half a register is none: it would put GPUs at the wrong index
        }
    }

    private static List<Card> fromJson(JsonNode register) {
        var cards = new ArrayList<Card>();
        for (var entry : register) {
            var uuid = entry.path("id").asString("");
            if (!uuid.isEmpty()) {
                cards.add(new Card(
                        uuid,
                        entry.path("devmem").asLong(0),
                        product(entry.path("type").asString("")),
                        entry.path("numa").asInt(-1),
                        health(entry.path("health").asBoolean(true))));
            }
        }
        return cards;
    }

    private static List<Card> fromText(String register) {
        var cards = new ArrayList<Card>();
        for (var entry : List.of(register.split(":", -1))) {
            var fields = List.of(entry.split(",", -1));
            if (fields.size() >= 7) {
                cards.add(new Card(
                        fields.get(0),
                        Long.parseLong(fields.get(2)),
                        product(fields.get(4)),
                        Integer.parseInt(fields.get(5)),
                        health(fields.get(6).equals("true"))));
            }
        }
        return cards;
    }

    private static Health health(boolean healthy) {
        return healthy ? Health.HEALTHY : Health.LOST;
    }

    /** HAMi writes {@code NVIDIA-} before the driver's name, which has it already. */
    private static String product(String type) {
        return type.startsWith("NVIDIA-NVIDIA ") ? type.substring("NVIDIA-".length()) : type;
    }

    /** By UUID of one and of the other. */
    private static Map<String, Map<String, Integer>> scores(String annotation) {
        var scores = new HashMap<String, Map<String, Integer>>();
        try {
            for (var entry : JsonMapper.shared().readTree(annotation.isEmpty() ? "[]" : annotation)) {
                var row = new HashMap<String, Integer>();
                entry.path("score")
                        .properties()
                        .forEach(peer -> row.put(peer.getKey(), peer.getValue().asInt(0)));
                scores.put(entry.path("uuid").asString(""), row);
            }
        } catch (JacksonException _) {
            return Map.of();
        }
        return scores;
    }

    /** Its scores don't see NVSwitches: where they show no NVLink at all, that of the usual board counts. */
    private static List<String> rows(List<Card> cards, Map<String, Map<String, Integer>> scores) {
        boolean seesNvLinks =
                scores.values().stream().flatMap(row -> row.values().stream()).anyMatch(score -> score >= PER_NVLINK);
        return Guess.rows(
                seesNvLinks ? "" : cards.getFirst().type(), cards.size(), (a, b) -> word(score(cards, scores, a, b)));
    }

    private static List<String> pcie(List<Card> cards, Map<String, Map<String, Integer>> scores) {
        return Guess.rows("", cards.size(), (a, b) -> path(score(cards, scores, a, b) % PER_NVLINK));
    }

    private static int score(List<Card> cards, Map<String, Map<String, Integer>> scores, int a, int b) {
        return scores.getOrDefault(cards.get(a).uuid(), Map.of())
                .getOrDefault(cards.get(b).uuid(), 0);
    }

    /** The numbers of go-gpuallocator: a hundred for each NVLink, and ten to sixty for the PCIe path. */
    private static String word(int score) {
        return score >= PER_NVLINK ? "NV" + score / PER_NVLINK : path(score);
    }

    private static String path(int score) {
        return switch (score / 10) {
            case 6, 5 -> "PIX";
            case 4 -> "PXB";
            case 3 -> "PHB";
            case 2 -> "NODE";
            default -> "SYS";
        };
    }
}
