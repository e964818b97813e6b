package dev.busbar.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest(name = "{0} = {1} thousandths")
    @CsvSource({
        "0, 0",
        "1, 1000",
        "250m, 250",
        "1.5, 1500",
        ".5, 500",
        "3., 3000",
        "+2, 2000",
        "-1, -1000",
        "1k, 1000000",
        "1Ki, 1024000",
        "8Gi, 8589934592000",
        "1e3, 1000000",
        "1E3, 1000000",
        "1e-3, 1",
        "1.5Gi, 1610612736000",
        "1E, 1000000000000000000000",
        // a part of a thousandth counts as a whole one
        "1u, 1",
        "1n, 1",
        "100n, 1",
        "0.0001, 1",
        "-0.0001, 0",
    })
    void amounts_are_thousandths_rounded_up(String text, BigDecimal milli) {
        assertThat(Quantity.milli(text)).hasValue(held(milli));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "abc",
                "Gi",
                "m",
                "1 Gi",
                "1gi",
                "1GB",
                "1K",
                "0x10",
                "1_000",
                "NaN",
                "Infinity",
                "--1",
                "1-",
                "1.2.3",
                "e3",
                ".",
                "+",
                "1e",
                "1e+",
                "1e999999999",
                "1e3Gi",
                "1m1",
                "９",
                "\n1"
            })
    void other_text_is_no_quantity(String text) {
        assertThat(Quantity.milli(text)).isEmpty();
    }

    @Test
    void a_very_long_text_is_no_quantity() {
        assertThat(Quantity.milli("9".repeat(65))).isEmpty();
        assertThat(Quantity.milli("9".repeat(64))).hasValue(Long.MAX_VALUE);
    }

    @Test
    void random_quantities_agree_with_decimal_arithmetic() {
        long seed = 4711;
        var random = new Random(seed);
        var suffixes = List.of("m", "", "k", "M", "G", "T", "P"); // each a thousand times the one before
        for (int round = 0; round < 20_000; round++) {
            var number = new BigDecimal(random.nextLong(2_000_000_000_000L) - 1_000_000_000_000L)
                    .movePointLeft(random.nextInt(10));
            int suffix = random.nextInt(suffixes.size());
            var text = number.toPlainString() + suffixes.get(suffix);

            var milli = Quantity.milli(text);

            assertThat(milli).as("seed %d, %s", seed, text).hasValue(held(number.movePointRight(3 * suffix)));
        }
    }

    @Test
    void no_text_throws() {
        var random = new Random(99);
        var alphabet = "0123456789.+-eEmunkKMGTPi \tx";
        for (int round = 0; round < 50_000; round++) {
            var text = new StringBuilder();
            for (int left = random.nextInt(12); left > 0; left--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(Quantity.milli(text.toString())).isNotNull();
        }
    }

    private static long held(BigDecimal milli) {
        return milli.setScale(0, RoundingMode.CEILING)
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .max(BigDecimal.valueOf(Long.MIN_VALUE))
                .longValueExact();
    }
}
