package dev.busbar.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.placement.Verdict.Fits;
import dev.busbar.core.score.Breakdown;
import dev.busbar.core.topology.GpuSet;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTest {
    @Test
    void exactly_one_node_is_at_the_top_whatever_the_scores() {
        var random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            var verdicts = IntStream.range(0, 1 + random.nextInt(12))
                    .mapToObj(i -> random.nextInt(4) == 0 ? no() : fits(random.nextInt(6) * 15 - 40))
                    .toArray(Verdict[]::new);
            var numbers = shuffled(verdicts.length, random);
            var ranking = Ranking.of(numbers, NodeVerdicts.of(verdicts));

            var best = twin(numbers, verdicts, -1);
            assertThat(ranking.hasBest()).isEqualTo(best >= 0);
            if (best < 0) {
                continue;
            }
            assertThat(ranking.best())
                    .as("seed 7, round %d: %s", round, Arrays.toString(verdicts))
                    .isEqualTo(best);
            int second = twin(numbers, verdicts, best);
            assertThat(ranking.hasRunnerUp()).isEqualTo(second >= 0);
            if (second >= 0) {
                assertThat(ranking.runnerUp()).isEqualTo(second);
            }
            for (int i = 0; i < verdicts.length; i++) {
                assertThat(ranking.score(i)).isBetween(0, i == best ? 10 : 9);
                assertThat(ranking.score(i) == 10).isEqualTo(i == best);
            }
        }
    }

    @Test
    void a_higher_score_is_never_ranked_lower_but_for_the_best_one() {
        var ranking = Ranking.of(new int[] {0, 1, 2, 3}, NodeVerdicts.of(fits(0), fits(100), fits(450), fits(900)));

        // 9 * (450 - 0) / 900 = 4.5; 9 * 100 / 900 = 1
        assertThat(IntStream.range(0, 4).map(ranking::score)).containsExactly(0, 1, 4, 10);
    }

    @Test
    void within_the_band_the_first_in_the_clusters_order_wins() {
        var ranking = Ranking.of(new int[] {5, 2, 9}, NodeVerdicts.of(fits(100), fits(81), fits(79)));

        assertThat(ranking.best()).isEqualTo(1);
        assertThat(ranking.runnerUp()).isEqualTo(0);
    }

    /** The first node in the cluster's order among those within the band of the best, a position left out. */
    private static int twin(int[] numbers, Verdict[] verdicts, int but) {
        double most = IntStream.range(0, verdicts.length)
                .filter(i -> i != but && verdicts[i] instanceof Fits)
                .mapToDouble(i -> ((Fits) verdicts[i]).terms().score())
                .max()
                .orElse(0);
        return IntStream.range(0, verdicts.length)
                .filter(i -> i != but
                        && verdicts[i] instanceof Fits fits
                        && fits.terms().score() >= most - 20)
                .boxed()
                .min((a, b) -> Integer.compare(numbers[a], numbers[b]))
                .orElse(-1);
    }

    private static int[] shuffled(int size, Random random) {
        var numbers = IntStream.range(0, size).toArray();
        for (int i = size - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int number = numbers[i];
            numbers[i] = numbers[other];
            numbers[other] = number;
        }
        return numbers;
    }

    private static Verdict fits(double score) {
        return new Fits(GpuSet.of(0), 1, new Breakdown(score, 0, 0, 0, 0, 0, 0, 0));
    }

    private static Verdict no() {
        return new Verdict.NotNow(Reason.TOO_FEW_FREE);
    }
}
