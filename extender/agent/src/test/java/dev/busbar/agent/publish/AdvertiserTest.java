package dev.busbar.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.files.gputopology.Fabric;
import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Health;
import dev.busbar.files.gputopology.KubeletPolicies;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdvertiserTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    record Case(String name, String allocator, int lost, NodeView node, List<Integer> advertised) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("ours by default", "", 0, new NodeView(-1, -1, -1), List.of(2)),
                new Case("ours by the object's word", Spec.BUSBAR, 0, new NodeView(8, -1, -1), List.of(2)),
                new Case("the plugin's by default", "", 0, new NodeView(8, -1, -1), List.of()),
                new Case("the plugin's, even with no GPU left", "", 0, new NodeView(0, -1, -1), List.of()),
                new Case("the plugin came later", "", 0, new NodeView(2, 2, 2), List.of(0)),
                new Case("stands there already", "", 0, new NodeView(-1, 2, 2), List.of()),
                new Case("a kubelet set it to zero", "", 0, new NodeView(-1, 0, 0), List.of(2)),
                new Case("a kubelet kept the capacity only", "", 0, new NodeView(-1, 2, -1), List.of(2)),
                new Case("a lost GPU is not advertised", "", 1, new NodeView(-1, 2, 2), List.of(1)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void advertises_what_is_ours_to_give(Case given) {
        var advertised = new ArrayList<Integer>();
        var advertiser = new Advertiser("n1", new Listener(advertised));

        advertiser.look(seen(given), given.node(), NOW);

        assertThat(advertised).isEqualTo(given.advertised());
    }

    private static GpuTopology seen(Case given) {
        var spec = new Spec(
                List.of(gpu(0), gpu(1)),
                List.of("X SYS", "SYS X"),
                List.of(),
                Fabric.NONE,
                List.of(),
                given.allocator(),
                KubeletPolicies.UNKNOWN);
        var uses = List.of(use(0, given.lost() > 0 ? Health.LOST : Health.HEALTHY), use(1, Health.HEALTHY));
        return GpuTopology.of("n1", spec, new Status("", List.of(), uses, List.of(), List.of()));
    }

    private static Gpu gpu(int index) {
        return new Gpu(index, "GPU-" + index, "", Memory.NONE, -1, "", "", List.of());
    }

    private static GpuUse use(int index, Health health) {
        return new GpuUse("GPU-" + index, health, "", Memory.NONE, "", "", List.of());
    }

    /** Hears what is advertised; nothing else is asked of it. */
    private record Listener(List<Integer> advertised) implements Cluster {
        @Override
        public boolean advertise(String node, int gpus) {
            return advertised.add(gpus);
        }

        @Override
        public Outcome read(String node) {
            return new Outcome.Absent();
        }

        @Override
        public Outcome create(GpuTopology topology) {
            return new Outcome.Absent();
        }

        @Override
        public Outcome replaceSpec(GpuTopology topology) {
            return new Outcome.Absent();
        }

        @Override
        public Outcome replaceStatus(GpuTopology topology) {
            return new Outcome.Absent();
        }
    }
}
