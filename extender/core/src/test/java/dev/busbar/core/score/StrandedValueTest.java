package dev.busbar.core.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.workload.Conditions;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StrandedValueTest {
    private static final Room.Product ANY = new Room.Product(0, 0);

    private static StrandedValue valueBy(Shape... equallyFrequent) {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        for (Shape shape : equallyFrequent) {
            mix.arrived(shape);
        }
        mix.renew();
        return new StrandedValue(mix.forecast(), StrandedValue.Settings.DEFAULT);
    }

    private static Room room(int cpuMilli, int memoryMib, int... milli) {
        return Room.of(cpuMilli, memoryMib, ANY, SetChoice.PLAIN, milli);
    }

    @Test
    void a_gpu_beside_too_little_cpu_is_stranded() {
        var value = valueBy(Shape.whole(10_000, 0, 1));

        double stranded = value.of(room(15_000, 0, 1000, 1000));

        // 15 cores serve one pod of 10: the other GPU's 1000 milli stay
        assertThat(stranded).isEqualTo(1000);
    }

    @Test
    void a_gpu_beside_too_little_memory_is_stranded() {
        var value = valueBy(Shape.whole(1_000, 64_000, 1));

        assertThat(value.of(room(8_000, 200_000, 1000, 1000))).isEqualTo(0);
        assertThat(value.of(room(8_000, 127_000, 1000, 1000))).isEqualTo(1000);
    }

    @Test
    void a_rest_that_no_typical_share_fits_is_stranded() {
        var value = valueBy(Shape.share(1_000, 0, 810));

        // each GPU serves one share of 810 and keeps 190
        assertThat(value.of(room(64_000, 0, 1000, 1000, 190))).isEqualTo(3 * 190);
    }

    @Test
    void a_product_that_no_pod_accepts_is_stranded() {
        var otherProduct = new Shape(1_000, 0, 1, 1000, 0, 1L << 5, Conditions.NONE);

        assertThat(valueBy(otherProduct).of(room(64_000, 0, 1000))).isEqualTo(1000);
    }

    @Test
    void cpu_that_pods_without_gpus_can_use_lowers_the_value() {
        var value = valueBy(Shape.whole(0, 0, 1), Shape.whole(4_000, 0, 0));

        // 16 pods of 4 cores can use all of 8 cores, worth 12 milli each
        assertThat(value.of(room(8_000, 64_000, 0))).isEqualTo(-8 * 12.0);
    }

    @Test
    void two_halves_of_broken_pairs_are_worth_less_than_a_pair() {
        var value = valueBy(Shape.whole(1_000, 0, 2));

        double pair = value.of(Room.of(64_000, 0, ANY, new Pairs(), 1000, 1000, 0, 0));
        double halves = value.of(Room.of(64_000, 0, ANY, new Pairs(), 1000, 0, 1000, 0));

        // the pod that fills them runs at a quarter of a pair's quality: half of the 3/4 of 2000 that it lacks
        assertThat(pair).isEqualTo(0);
        assertThat(halves).isEqualTo(750);
    }

    @Test
    void what_is_remembered_equals_what_is_computed_anew() {
        Shape[] shapes = {
            Shape.share(3_000, 9_000, 810),
            Shape.share(11_000, 20_000, 470),
            Shape.whole(11_000, 60_000, 1),
            Shape.whole(64_000, 250_000, 8),
            Shape.whole(12_000, 50_000, 0)
        };
        var remembering = valueBy(shapes);
        var random = new SplittableRandom(11);

        for (int i = 0; i < 300; i++) {
            int[] milli = random.ints(4, 0, 11).map(tenth -> tenth * 100).toArray();
            int cpu = random.nextInt(8) * 8_000;
            // The memory that decides nothing must not change the answer either.
            var room = room(cpu, 1_000_000, milli);
            assertThat(remembering.of(room))
                    .as("seed 11, case %d: %d cpu, %s", i, cpu, Arrays.toString(milli))
                    .isEqualTo(valueBy(shapes).of(room))
                    .isEqualTo(remembering.of(room(cpu, 2_000_000, milli)));
        }
    }

    /** GPUs 2i and 2i + 1 are joined; a pair across is worth a quarter. */
    private static final class Pairs implements SetChoice {
        @Override
        public long choose(long free, int gpus, Conditions conditions) {
            long joined = free & free >>> 1 & 0x5555_5555_5555_5555L;
            return gpus == 2 && joined != 0
                    ? 3 * Long.lowestOneBit(joined)
                    : SetChoice.PLAIN.choose(free, gpus, conditions);
        }

        @Override
        public double quality(long set) {
            return Long.bitCount(set) < 2 || (set & set >>> 1 & 0x5555_5555_5555_5555L) != 0 ? 1 : 0.25;
        }

        @Override
        public int identity() {
            return 7;
        }
    }
}
