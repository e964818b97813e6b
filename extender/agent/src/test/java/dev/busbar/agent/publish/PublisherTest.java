package dev.busbar.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.files.gputopology.Fabric;
import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Health;
import dev.busbar.files.gputopology.KubeletPolicies;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.Metadata;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Hours of a node's life in the steps of the agent's loop, with the writes counted. */
class PublisherTest {

    private static final Duration STEP = Duration.ofSeconds(5);
    private static final int STEPS_PER_HOUR = 720;

    private final Shelf shelf = new Shelf();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Publisher publisher = new Publisher("n1", shelf, _ -> {}, now);

    @Test
    void an_idle_node_is_written_twice_an_hour() {
        hour(_ -> seen(Health.HEALTHY, 3));
        assertThat(shelf.writes).as("create, status, renewed after 30 minutes").isEqualTo(3);

        shelf.writes = 0;
        hour(_ -> seen(Health.HEALTHY, 3));

        assertThat(shelf.writes).isEqualTo(2);
    }

    @Test
    void a_node_in_steady_use_is_written_every_four_minutes() {
        hour(_ -> seen(Health.HEALTHY, 40_000));

        // create and status, then one each 240 s: the 15th would fall on the next hour
        assertThat(shelf.writes).isEqualTo(2 + 14);
    }

    @Test
    void wobble_below_the_threshold_is_not_written() {
        hour(step -> seen(Health.HEALTHY, 40_000 + step % 2 * 200L));

        assertThat(shelf.writes).isEqualTo(2 + 14);
    }

    @Test
    void the_wildest_use_stays_within_the_budget() {
        hour(step -> seen(step % 2 == 0 ? Health.HEALTHY : Health.DEGRADED, 1000L * step));

        assertThat(shelf.writes).isLessThanOrEqualTo(WriteBudget.AT_ONCE + WriteBudget.PER_HOUR);
        assertThat(shelf.writes).isGreaterThan(WriteBudget.PER_HOUR);
    }

    @Test
    void a_lost_gpu_is_written_at_the_next_look_and_big_use_within_fifteen_seconds() {
        hour(_ -> seen(Health.HEALTHY, 1000));
        shelf.writes = 0;

        step(seen(Health.LOST, 1000));
        assertThat(shelf.topology().status().gpus().getFirst().health()).isEqualTo(Health.LOST);

        for (int i = 0; i < 3; i++) {
            step(seen(Health.LOST, 60_000));
        }
        assertThat(shelf.topology().status().gpus().getFirst().usedMemory()).isEqualTo(Memory.mebibytes(60_000));
        assertThat(shelf.writes).isEqualTo(2);
    }

    @Test
    void the_spec_is_written_only_when_it_differs_and_keeps_the_administrators_word() {
        step(seen(Health.HEALTHY, 3));
        shelf.topology = with(shelf.topology(), shelf.topology().spec().withAllocator(Spec.BUSBAR));
        shelf.specWrites = 0;

        hour(_ -> seen(Health.HEALTHY, 3));
        assertThat(shelf.specWrites).isZero();

        step(seen("NVIDIA A100-SXM4-80GB", Health.HEALTHY, 3));
        assertThat(shelf.specWrites).isEqualTo(1);
        assertThat(shelf.topology().spec().allocator()).isEqualTo(Spec.BUSBAR);
        assertThat(shelf.topology().spec().gpus().getFirst().product()).isEqualTo("NVIDIA A100-SXM4-80GB");
    }

    @Test
    void an_object_that_somebody_deleted_comes_back() {
        step(seen(Health.HEALTHY, 3));
        shelf.topology = null;

        hour(_ -> seen(Health.HEALTHY, 3));

        assertThat(shelf.topology).isNotNull();
        assertThat(shelf.topology().status().gpus()).hasSize(1);
    }

    @Test
    void an_api_server_that_is_away_costs_one_read_every_ten_seconds_and_no_write() {
        shelf.away = true;
        hour(_ -> seen(Health.HEALTHY, 3));
        assertThat(shelf.writes).isZero();
        assertThat(shelf.reads).isEqualTo(360);

        shelf.away = false;
        hour(_ -> seen(Health.HEALTHY, 3));
        assertThat(shelf.topology().status().gpus()).hasSize(1);
    }

    private void hour(IntFunction<GpuTopology> seen) {
        for (int i = 0; i < STEPS_PER_HOUR; i++) {
            step(seen.apply(i));
        }
    }

    private void step(GpuTopology seen) {
        publisher.publish(seen, now);
        now = now.plus(STEP);
    }

    private GpuTopology seen(Health health, long usedMebibytes) {
        return seen("NVIDIA H100", health, usedMebibytes);
    }

    private GpuTopology seen(String product, Health health, long usedMebibytes) {
        var gpu = new Gpu(0, "GPU-a", product, Memory.parse("80Gi"), 0, "", "", List.of());
        var spec = new Spec(List.of(gpu), List.of("X"), List.of(), Fabric.NONE, List.of(), "", KubeletPolicies.UNKNOWN);
        var use = new GpuUse(
                "GPU-a", health, "", Memory.mebibytes(usedMebibytes), GpuUse.PER_POD, now.toString(), List.of());
        return GpuTopology.of("n1", spec, new Status(now.toString(), List.of(), List.of(use), List.of(), List.of()));
    }

    private static GpuTopology with(GpuTopology topology, Spec spec) {
        return new GpuTopology(topology.apiVersion(), topology.kind(), topology.metadata(), spec, topology.status());
    }

    /** An API server that keeps one object and counts. */
    private static final class Shelf implements Cluster {
        @Nullable
        GpuTopology topology;

        int writes;
        int specWrites;
        int reads;
        boolean away;

        GpuTopology topology() {
            return Objects.requireNonNull(topology);
        }

        @Override
        public Outcome read(String node) {
            reads++;
            if (away) {
                return new Outcome.Failed("away");
            }
            return topology == null ? new Outcome.Absent() : new Outcome.Stands(topology);
        }

        @Override
        public Outcome create(GpuTopology created) {
            // as with a status subresource, the status is passed over
            return write(GpuTopology.of(created.node(), created.spec(), Status.EMPTY));
        }

        @Override
        public Outcome replaceSpec(GpuTopology replaced) {
            specWrites++;
            return topology == null ? new Outcome.Absent() : write(with(topology, replaced.spec()));
        }

        @Override
        public Outcome replaceStatus(GpuTopology replaced) {
            return topology == null
                    ? new Outcome.Absent()
                    : write(GpuTopology.of(replaced.node(), topology.spec(), replaced.status()));
        }

        private Outcome write(GpuTopology next) {
            writes++;
            var metadata = new Metadata(next.node(), Integer.toString(writes), Map.of(), Map.of());
            topology = new GpuTopology(next.apiVersion(), next.kind(), metadata, next.spec(), next.status());
            return new Outcome.Stands(topology);
        }

        @Override
        public boolean advertise(String node, int gpus) {
            writes++;
            return true;
        }
    }
}
