package dev.busbar.core.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PoissonTest {
    @Test
    void tails_equal_the_sum_of_their_terms() {
        for (double mean : new double[] {0.01, 0.5, 3, 20, 59}) {
            for (int count = 0; count < 150; count++) {
                assertThat(Poisson.atLeast(count, mean))
                        .as("at least %d where %s are expected", count, mean)
                        .isEqualTo(sumFrom(count, mean), within(1e-9));
            }
        }
    }

    @Test
    void the_normal_approximation_takes_over_without_a_step() {
        for (int count = 20; count < 110; count++) {
            assertThat(Poisson.atLeast(count, 60.01)).isEqualTo(sumFrom(count, 60.01), within(0.01));
        }
    }

    @Test
    void nothing_is_expected_of_a_mean_of_nothing() {
        assertThat(Poisson.atLeast(1, 0)).isZero();
        assertThat(Poisson.atLeast(0, 0)).isEqualTo(1);
    }

    private static double sumFrom(int count, double mean) {
        double term = Math.exp(-mean);
        double sum = 0;
        for (int k = 0; k < 1000; k++) {
            sum += k >= count ? term : 0;
            term *= mean / (k + 1);
        }
        return sum;
    }
}
