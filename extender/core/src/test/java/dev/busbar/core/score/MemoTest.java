package dev.busbar.core.score;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoTest {
    @Test
    void the_newest_values_are_found_and_the_oldest_are_dropped() {
        var memo = new Memo(10_000);
        for (int i = 1; i <= 100_000; i++) {
            memo.put(Room.mix(i), i);
        }

        for (int i = 95_001; i <= 100_000; i++) {
            assertThat(memo.get(Room.mix(i))).isEqualTo(i);
        }
        assertThat(memo.get(Room.mix(1))).isEqualTo(Memo.UNKNOWN);
    }

    @Test
    void what_is_asked_for_again_and_again_is_kept() {
        var memo = new Memo(10_000);
        memo.put(Room.mix(1), 77);

        for (int i = 2; i <= 100_000; i++) {
            memo.put(Room.mix(i), i);
            assertThat(memo.get(Room.mix(1))).isEqualTo(77);
        }
    }
}
