package dev.busbar.core.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SlotPricesTest {
    private static final Room.Product ANY = new Room.Product(0, 0);
    private static final Shape EIGHT = Shape.whole(32_000, 0, 8);
    private static final Shape ONE = Shape.whole(4_000, 0, 1);
    private static final Room EMPTY = Room.empty(64_000, 0, ANY, SetChoice.PLAIN, 8);

    /** Nine pods of one GPU to one of eight: 1.7 GPUs a pod in the mean. */
    private static SlotPrices prices(int emptyNodes) {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        for (int i = 0; i < 9; i++) {
            mix.arrived(ONE);
        }
        mix.arrived(EIGHT);
        mix.renew();
        var prices = new SlotPrices(mix.forecast(), List.of());
        for (int i = 0; i < emptyNodes; i++) {
            prices.add(EMPTY);
        }
        return prices;
    }

    @Test
    void the_last_slot_costs_its_gpus_times_the_chance_that_it_is_asked_for() {
        var prices = prices(1);

        double cost = prices.cost(EMPTY, EMPTY.without(ONE, 1));

        // 8000 / 1700 arrivals until full, a tenth of them of eight GPUs; at least one of Poisson(0.4706)
        assertThat(cost).isEqualTo(8000 * (1 - Math.exp(-0.1 * 8000 / 1700)), within(1e-6));
    }

    @Test
    void a_slot_among_plenty_costs_less() {
        // 80,000 / 1700 arrivals are 47, with 4.7 of eight GPUs expected for ten slots: at least ten come once in 45
        assertThat(prices(10).cost(EMPTY, EMPTY.without(ONE, 1))).isEqualTo(8000 * 0.02237, within(0.1));
    }

    @Test
    void a_change_that_takes_no_slot_costs_nothing() {
        var broken = EMPTY.without(ONE, 1);

        assertThat(prices(1).cost(broken, broken.without(ONE, 2))).isZero();
    }

    @Test
    void cpu_can_take_a_slot_as_well_as_a_gpu() {
        var prices = prices(1);

        double cost = prices.cost(EMPTY, EMPTY.without(Shape.whole(40_000, 0, 0), 0));

        assertThat(cost).isGreaterThan(1000);
    }

    @Test
    void whole_nodes_have_a_price_before_the_first_pod_wants_one() {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        mix.arrived(ONE);
        mix.renew();
        var prices = new SlotPrices(mix.forecast(), List.of(Shape.whole(64_000, 0, 8)));
        prices.add(EMPTY);

        // 8000 / 1000 arrivals, one in two of them imagined to want the node: at least one of Poisson(4)
        assertThat(prices.cost(EMPTY, EMPTY.without(ONE, 1))).isEqualTo(8000 * (1 - Math.exp(-4)), within(1e-6));
    }

    @Test
    void looking_further_ahead_raises_the_price() {
        var prices = prices(10);
        double before = prices.cost(EMPTY, EMPTY.without(ONE, 1));

        prices.stretchHorizon(4);

        assertThat(prices.cost(EMPTY, EMPTY.without(ONE, 1))).isGreaterThan(10 * before);
    }
}
