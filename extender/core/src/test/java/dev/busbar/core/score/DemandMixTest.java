package dev.busbar.core.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DemandMixTest {
    private static final Shape ONE = Shape.whole(4_000, 1_000, 1);
    private static final Shape EIGHT = Shape.whole(64_000, 8_000, 8);

    @Test
    void a_new_forecast_is_made_whenever_the_arrivals_have_grown_by_a_quarter() {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);

        var renewedAt = new StringBuilder();
        for (int n = 1; n <= 20; n++) {
            renewedAt.append(mix.arrived(ONE) ? n + " " : "");
        }

        assertThat(renewedAt.toString().strip()).isEqualTo("1 2 3 4 5 7 9 12 15 19");
    }

    @Test
    void asks_that_differ_in_memory_alone_are_one_shape_with_the_mean_memory() {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        mix.count(ONE, 3);
        mix.count(Shape.whole(4_000, 5_000, 1), 1);
        mix.refresh();

        // (3 * 1000 + 5000) / 4
        assertThat(mix.forecast().frequencies()).containsExactly(new Forecast.Frequency(Shape.whole(4_000, 2_000, 1), 1));
    }

    @Test
    void rare_shapes_beyond_95_percent_are_not_typical() {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        mix.count(ONE, 96);
        mix.count(EIGHT, 4);
        mix.refresh();

        assertThat(mix.forecast().typical()).containsExactly(new Forecast.Frequency(ONE, 1));
        assertThat(mix.forecast().frequencies()).hasSize(2);
        // 0.96 * 1000 + 0.04 * 8000
        assertThat(mix.forecast().meanMilli()).isEqualTo(1280, within(1e-6));
    }

    @Test
    void what_came_a_half_life_ago_counts_half() {
        var mix = new DemandMix(100);
        mix.count(ONE, 1);
        mix.count(EIGHT, 100);
        mix.refresh();

        // the hundred later ones weigh 100 * 1; the decay within one counted batch is not told apart
        assertThat(mix.forecast().frequencies().getLast().frequency()).isEqualTo(0.5 / 100.5, within(1e-6));
    }

    @Test
    void a_forgetting_mix_follows_the_asks_for_ever() {
        var mix = new DemandMix(50);
        for (int i = 0; i < 100_000; i++) {
            mix.arrived(ONE);
        }
        for (int i = 0; i < 1_000; i++) {
            mix.arrived(EIGHT);
        }

        assertThat(mix.forecast().frequencies().getFirst().shape()).isEqualTo(EIGHT);
        assertThat(mix.forecast().frequencies().getFirst().frequency()).isGreaterThan(0.999);
    }
}
