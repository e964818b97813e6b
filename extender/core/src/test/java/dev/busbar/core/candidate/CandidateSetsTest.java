package dev.busbar.core.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.topology.GpuSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidateSetsTest {
    @Test
    void every_subset_of_every_free_set_of_eight_gpus_comes_once_in_ascending_order() {
        for (long free = 0; free < 256; free++) {
            for (int size = 1; size <= 8; size++) {
                assertThat(walk(free, size))
                        .as("%d of %s", size, new GpuSet(free))
                        .isEqualTo(counted(free, size));
            }
        }
    }

    @Test
    void sixty_four_gpus_have_one_set_of_all_and_as_many_pairs_as_the_formula_says() {
        assertThat(walk(-1L, 64)).containsExactly(-1L);
        assertThat(walk(-1L, 2)).hasSize(64 * 63 / 2).doesNotHaveDuplicates();
        assertThat(walk(-1L, 63)).hasSize(64).doesNotHaveDuplicates();
    }

    @Test
    void nothing_comes_where_nothing_is_asked_or_too_little_is_free() {
        assertThat(walk(0b111, 0)).isEmpty();
        assertThat(walk(0b111, 4)).isEmpty();
        assertThat(walk(0, 1)).isEmpty();
    }

    @Test
    void the_number_of_subsets_is_known_without_walking() {
        for (int free = 0; free <= 12; free++) {
            for (int size = 1; size <= 12; size++) {
                assertThat(CandidateSets.count(free, size))
                        .isEqualTo(walk(GpuSet.first(free).bits(), size).size());
            }
        }
        // 64 over 32 is 1.8e18, just below what a long can hold
        assertThat(CandidateSets.count(64, 32)).isBetween(1_830_000_000_000_000_000L, 1_840_000_000_000_000_000L);
    }

    private static List<Long> walk(long free, int size) {
        var sets = new ArrayList<Long>();
        for (var walk = new CandidateSets(new GpuSet(free), size); walk.next(); ) {
            sets.add(walk.bits());
        }
        return sets;
    }

    private static List<Long> counted(long free, int size) {
        var sets = new ArrayList<Long>();
        for (long set = 0; set < 256; set++) {
            if ((set & ~free) == 0 && Long.bitCount(set) == size) {
                sets.add(set);
            }
        }
        return sets;
    }
}
