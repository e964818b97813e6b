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
            mix.arrived(ONE);
            renewedAt.append(mix.renewIfDue() ? n + " " : "");
        }

        assertThat(renewedAt.toString().strip()).isEqualTo("1 2 3 4 5 7 9 12 15 19");
    }

    @Test
    void asks_that_differ_in_memory_alone_are_one_shape_with_the_mean_memory() {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        for (int i = 0; i < 3; i++) {
            mix.arrived(ONE);
        }
        mix.arrived(Shape.whole(4_000, 5_000, 1));
        mix.renew();

        // (3 * 1000 + 5000) / 4
        assertThat(mix.forecast().frequencies())
                .containsExactly(new Forecast.Frequency(Shape.whole(4_000, 2_000, 1), 1));
    }

    @Test
    void rare_shapes_beyond_95_percent_are_not_typical() {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        for (int i = 0; i < 96; i++) {
            mix.arrived(ONE);
        }
        for (int i = 0; i < 4; i++) {
            mix.arrived(EIGHT);
        }
        mix.renew();

        assertThat(mix.forecast().typical()).containsExactly(new Forecast.Frequency(ONE, 1));
        assertThat(mix.forecast().frequencies()).hasSize(2);
        // 0.96 * 1000 + 0.04 * 8000
        assertThat(mix.forecast().meanMilli()).isEqualTo(1280, within(1e-6));
    }

    @Test
    void what_came_a_half_life_ago_counts_half() {
        var mix = new DemandMix(100);
        mix.arrived(ONE);
        for (int i = 0; i < 100; i++) {
            mix.arrived(EIGHT);
        }
        mix.renew();

        // the k-th last arrival weighs 2^(-k/100): 0.5 of the one against the sum of the hundred, (1 - 0.5) / (1 -
        // 2^-0.01)
        double hundred = 0.5 / (1 - Math.pow(2, -0.01));
        assertThat(mix.forecast().frequencies().getLast().frequency()).isEqualTo(0.5 / (0.5 + hundred), within(1e-9));
    }

    @Test
    void a_prior_weighs_as_much_as_one_arrival() {
        var mix = new DemandMix(Double.POSITIVE_INFINITY, DemandMix.PRIOR);

        mix.arrived(EIGHT);
        mix.arrived(EIGHT);
        mix.arrived(EIGHT);
        mix.renew();

        assertThat(mix.forecast().frequencies().getFirst()).isEqualTo(new Forecast.Frequency(EIGHT, 0.75));
        assertThat(mix.forecast().arrivals()).isEqualTo(4);
    }

    @Test
    void a_forgetting_mix_follows_the_asks_for_ever() {
        var mix = new DemandMix(50);
        for (int i = 0; i < 100_000; i++) {
            mix.arrived(ONE);
            mix.renewIfDue();
        }
        for (int i = 0; i < 1_000; i++) {
            mix.arrived(EIGHT);
            mix.renewIfDue();
        }

        assertThat(mix.forecast().frequencies().getFirst().shape()).isEqualTo(EIGHT);
        assertThat(mix.forecast().frequencies().getFirst().frequency()).isGreaterThan(0.999);
    }
}
