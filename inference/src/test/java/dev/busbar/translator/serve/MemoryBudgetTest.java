package dev.busbar.translator.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetTest {
    @ParameterizedTest
    @CsvSource({
        "1331Mi, 1395654656",
        "8Gi, 8589934592",
        "500M, 500000000",
        "1.5k, 1500",
        "2Ki, 2048",
        "1Ti, 1099511627776",
        "42, 42"
    })
    void amounts_are_read_as_kubernetes_writes_them(String amount, long bytes) {
        assertThat(MemoryBudget.quantity(amount)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8 Gi", "-1", "8gb", "Mi", "1e3"})
    void what_is_no_amount_is_said(String amount) {
        assertThatThrownBy(() -> MemoryBudget.quantity(amount))
                .hasMessage("memory (%s) must be an amount like 8Gi or 1331Mi", amount);
    }

    @Test
    void what_the_command_line_says_goes_first() throws IOException {
        assertThat(MemoryBudget.find(Optional.of("2Gi"))).isEqualTo(new MemoryBudget(2L << 30, "--memory"));
    }

    @Test
    void without_it_what_the_surroundings_give_is_taken() throws IOException {
        MemoryBudget found = MemoryBudget.find(Optional.empty());

        assertThat(found.bytes()).isPositive();
        assertThat(found.source()).isNotEqualTo("--memory");
    }
}
