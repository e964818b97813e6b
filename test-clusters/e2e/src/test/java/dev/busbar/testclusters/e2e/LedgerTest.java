package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.testclusters.e2e.Wiring.Place;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the end-to-end tests judge by can itself say no. */
class LedgerTest {
    private static final Wiring TWO_GPUS = new Wiring(Map.of(
            "one", new Place("n", 0, 1024, List.of("X", "NV4")),
            "two", new Place("n", 1, 1024, List.of("NV4", "X")),
            "far", new Place("m", 0, 1024, List.of("X"))));

    record Case(String name, List<Held> pods) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> wrongs() {
        return Stream.of(
                new Case("a GPU in two pods", List.of(whole("a", "one"), whole("b", "one"))),
                new Case("a whole GPU that is shared too", List.of(whole("a", "one"), share("b", "one", "1Mi"))),
                new Case(
                        "more memory promised than there is",
                        List.of(share("a", "one", "513Mi"), share("b", "one", "512Mi"))),
                new Case("a GPU of another node", List.of(whole("a", "far"))),
                new Case(
                        "a pod without the GPU it asked",
                        List.of(new Held("a", "n", List.of(), asks("busbar.dev/gpu", "1")))),
                new Case(
                        "the device plugin's GPUs overdrawn",
                        List.of(new Held("a", "n", List.of(), asks("nvidia.com/gpu", "3")))));
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void it_finds_what_is_wrong(Case c) {
        assertThatThrownBy(() -> new Ledger(TWO_GPUS, c.pods()).balances(Map.of("n", 2)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void it_balances_when_all_is_right() {
        var pods = List.of(
                whole("a", "one"),
                share("b", "two", "512Mi"),
                share("c", "two", "512Mi"),
                new Held("d", "n", List.of(), asks("nvidia.com/gpu", "2")));

        assertThatCode(() -> new Ledger(TWO_GPUS, pods).balances(Map.of("n", 2)))
                .doesNotThrowAnyException();
    }

    private static Held whole(String pod, String gpu) {
        return new Held(pod, "n", List.of(gpu), asks("busbar.dev/gpu", "1"));
    }

    private static Held share(String pod, String gpu, String memory) {
        return new Held(pod, "n", List.of(gpu), asks("busbar.dev/gpu-memory", memory));
    }

    private static Map<String, Quantity> asks(String resource, String amount) {
        return Map.of(resource, new Quantity(amount));
    }
}
