package dev.busbar.core.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.busbar.core.workload.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SlotPricesTest {
    private static final Room.Product ANY = new Room.Product(0, 0);
    private static final Shape EIGHT = Shape.whole(32_000, 0, 8);
    private static final Shape ONE = Shape.whole(4_000, 0, 1);
    private static final Room EMPTY = Room.empty(64_000, 0, ANY, SetChoice.PLAIN, 8);

    /** By product id, the largest node's. */
    private static final int[] MOST_CPU = new int[Long.SIZE];

    static {
        MOST_CPU[0] = 96_000;
        MOST_CPU[1] = 48_000;
    }

    /** Nine pods of one GPU to one of eight: 1.7 GPUs a pod in the mean. */
    private static SlotPrices prices(int emptyNodes) {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        for (int i = 0; i < 9; i++) {
            mix.arrived(ONE);
        }
        mix.arrived(EIGHT);
        mix.renew();
        var prices = new SlotPrices(mix.forecast(), List.of(), MOST_CPU);
        for (int i = 0; i < emptyNodes; i++) {
            prices.add(EMPTY);
        }
        return prices;
    }

    private static double cost(SlotPrices prices, Room before, Shape taken, long set) {
        return prices.cost(prices.lossOf(before, taken, set));
    }

    @Test
    void the_last_slot_costs_its_gpus_times_the_chance_that_it_is_asked_for() {
        var prices = prices(1);

        double cost = cost(prices, EMPTY, ONE, 1);

        // 8000 / 1700 arrivals until full, a tenth of them of eight GPUs; at least one of Poisson(0.4706)
        assertThat(cost).isEqualTo(8000 * (1 - Math.exp(-0.1 * 8000 / 1700)), within(1e-6));
    }

    @Test
    void a_slot_among_plenty_costs_less() {
        // 80,000 / 1700 arrivals are 47, with 4.7 of eight GPUs expected for ten slots: at least ten come once in 45
        assertThat(cost(prices(10), EMPTY, ONE, 1)).isEqualTo(8000 * 0.02237, within(0.1));
    }

    @Test
    void a_change_that_takes_no_slot_costs_nothing() {
        var broken = EMPTY.without(ONE, 1);

        assertThat(cost(prices(1), broken, ONE, 2)).isZero();
    }

    @Test
    void cpu_can_take_a_slot_as_well_as_a_gpu() {
        var prices = prices(1);

        double cost = cost(prices, EMPTY, Shape.whole(40_000, 0, 0), 0);

        assertThat(cost).isGreaterThan(1000);
    }

    @Test
    void whole_nodes_have_a_price_before_the_first_pod_wants_one() {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        mix.arrived(ONE);
        mix.renew();
        var prices = new SlotPrices(mix.forecast(), List.of(Shape.whole(64_000, 0, 8)), MOST_CPU);
        prices.add(EMPTY);

        // 8000 / 1000 arrivals, one in two of them imagined to want the node: at least one of Poisson(4)
        assertThat(cost(prices, EMPTY, ONE, 1)).isEqualTo(8000 * (1 - Math.exp(-4)), within(1e-6));
    }

    @Test
    void looking_further_ahead_raises_the_price() {
        var prices = prices(10);
        double before = cost(prices, EMPTY, ONE, 1);

        prices.stretchHorizon(4);

        assertThat(cost(prices, EMPTY, ONE, 1)).isGreaterThan(10 * before);
    }

    @Test
    void where_pods_leave_a_slot_to_come_is_taken_from_the_node_that_is_farthest_from_it() {
        var prices = prices(0);
        var oneShort = EMPTY.without(ONE, 1);
        var fourShort = EMPTY.without(Shape.whole(16_000, 0, 4), 0b1111);
        prices.add(oneShort);
        prices.add(fourShort);

        prices.departing(1);

        // 11,000 / 1700 arrivals, a tenth of them of eight GPUs: Poisson(0.6471) is at least one, at least two
        double mean = 0.1 * 11_000 / 1700;
        double first = 8000 * (1 - Math.exp(-mean));
        double second = 8000 * (1 - Math.exp(-mean) * (1 + mean));
        // the one that is short of one counts half, with two less a quarter, but then it is the second of two
        assertThat(cost(prices, oneShort, ONE, 2)).isEqualTo(first / 2 - first / 4, within(1e-6));
        assertThat(cost(prices, fourShort, ONE, 16)).isEqualTo(second / 16 - second / 32, within(1e-6));
    }

    @Test
    void a_slot_to_come_has_no_price_while_none_leaves_or_where_there_are_enough() {
        var filling = prices(0);
        var plenty = prices(100);
        var oneShort = EMPTY.without(ONE, 1);
        filling.add(oneShort);
        plenty.add(oneShort);

        plenty.departing(1);

        assertThat(cost(filling, oneShort, ONE, 2)).isZero();
        assertThat(cost(plenty, oneShort, ONE, 2)).isZero();
    }

    @Test
    void a_machine_with_too_little_cpu_has_no_slot_to_come() {
        var prices = prices(0);
        var small = Room.empty(16_000, 0, new Room.Product(2, 0), SetChoice.PLAIN, 8);
        var oneShort = small.without(ONE, 1);
        prices.add(oneShort);

        prices.departing(1);

        assertThat(cost(prices, oneShort, ONE, 2)).isZero();
    }

    @Test
    void costs_equal_those_of_a_twin_that_counts_all_rooms_anew() {
        var random = new Random(11);
        for (int round = 0; round < 200; round++) {
            var mix = new DemandMix(Double.POSITIVE_INFINITY);
            var shapes = Stream.generate(() -> anyShape(random)).limit(6).toList();
            IntStream.range(0, 30).forEach(i -> mix.arrived(shapes.get(random.nextInt(6))));
            mix.renew();
            var rooms =
                    Stream.generate(() -> anyRoom(random)).limit(5).collect(Collectors.toCollection(ArrayList::new));
            var prices = new SlotPrices(mix.forecast(), List.of(), MOST_CPU);
            rooms.forEach(prices::add);
            double departing = random.nextInt(3) / 2.0;
            prices.departing(departing);
            for (int step = 0; step < 20; step++) {
                int place = random.nextInt(rooms.size());
                var before = rooms.get(place);
                var taken = shapes.get(random.nextInt(6));
                long set = anySet(before, taken, random);
                var after = before.without(taken, set);

                double cost = cost(prices, before, taken, set);

                assertThat(cost)
                        .as("seed 11, round %d, step %d: %s takes %d", round, step, taken, set)
                        .isEqualTo(new Twin(mix.forecast(), rooms, departing).cost(before, after));
                prices.remove(before);
                prices.add(after);
                rooms.set(place, after);
            }
        }
    }

    /** The formula as the page on scores has it. */
    private record Twin(Forecast forecast, List<Room> rooms, double departing) {
        double cost(Room before, Room after) {
            double most = 0;
            for (var each : forecast.frequencies()) {
                var shape = each.shape();
                if (shape.gpus() < 2) {
                    continue;
                }
                int lost = slots(shape, before) - slots(shape, after);
                most = Math.max(
                        most,
                        slots(shape, before) > 0 && lost > 0
                                ? lost * worth(shape, 0)
                                : coming(shape, before) - coming(shape, after));
            }
            return most;
        }

        private double coming(Shape shape, Room room) {
            int lacking = lacking(shape, room);
            return lacking == 0 ? 0 : departing * worth(shape, lacking) / (1 << lacking);
        }

        /** Of a slot that lacks so many GPUs, behind all that lack as many or less. */
        private double worth(Shape shape, int lacking) {
            double rate = 0;
            for (var other : forecast.frequencies()) {
                int used = other.shape().gpus() / shape.gpus();
                rate += other.shape().cpuMilli() >= shape.cpuMilli() ? other.frequency() * used : 0;
            }
            long count = 0;
            for (var room : rooms) {
                int lacks = lacking(shape, room);
                count += slots(shape, room) + (lacks > 0 && lacks <= lacking ? 1 : 0);
            }
            double free = rooms.stream().mapToLong(Room::freeMilli).sum();
            double chance = count == 0 ? 0 : Poisson.atLeast(count, free / Math.max(1, forecast.meanMilli()) * rate);
            double price = 1000 * shape.gpus() * chance;
            return price > 0.5 ? price : 0;
        }

        private static int lacking(Shape shape, Room room) {
            int whole = Long.bitCount(room.whole());
            for (int gpus = whole + 1; gpus <= room.gpus(); gpus++) {
                if (gpus % shape.gpus() == 0) {
                    int most = MOST_CPU[room.product().id()];
                    boolean fits = gpus / shape.gpus() * shape.cpuMilli() <= most;
                    return fits && shape.accepts(room.product().id()) ? gpus - whole : 0;
                }
            }
            return 0;
        }
    }

    private static int slots(Shape shape, Room room) {
        int gpus = Long.bitCount(room.whole()) / shape.gpus();
        if (gpus == 0 || !shape.accepts(room.product().id())) {
            return 0;
        }
        return shape.cpuMilli() == 0 ? gpus : Math.min(gpus, room.cpuMilli() / shape.cpuMilli());
    }

    private static Shape anyShape(Random random) {
        int cpu = 1000 * random.nextInt(24);
        return switch (random.nextInt(4)) {
            case 0 -> Shape.share(cpu, 0, 1 + random.nextInt(999));
            case 1 -> new Shape(cpu, 0, 1, 0, 1 + random.nextInt(40_000), Shape.ANY_PRODUCT, Conditions.NONE);
            default -> new Shape(cpu, 0, 1 + random.nextInt(8), 1000, 0, 1 + random.nextInt(3), Conditions.NONE);
        };
    }

    private static Room anyRoom(Random random) {
        int product = random.nextInt(2);
        var milli = random.ints(8, 0, 3).map(part -> part * 500).toArray();
        return Room.of(
                1000 * random.nextInt(96), 0, new Room.Product(product, product * 80_000), SetChoice.PLAIN, milli);
    }

    private static long anySet(Room room, Shape taken, Random random) {
        if (taken.isShare()) {
            return 1L << random.nextInt(8);
        }
        return SetChoice.PLAIN.choose(room.whole(), taken.gpus(), Conditions.NONE);
    }
}
