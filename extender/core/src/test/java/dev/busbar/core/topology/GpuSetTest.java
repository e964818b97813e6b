package dev.busbar.core.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GpuSetTest {

    @Test
    void all_sets_of_eight_gpus_behave_as_sets_do() {
        for (int a = 0; a < 256; a++) {
            var set = new GpuSet(a);
            var twin = twin(a);
            assertThat(set.count()).isEqualTo(twin.size());
            assertThat(set.isEmpty()).isEqualTo(twin.isEmpty());
            assertThat(set.indices().boxed()).containsExactlyElementsOf(twin);
            assertThat(set)
                    .hasToString(
                            twin.toString().replace("[", "{").replace("]", "}").replace(" ", ""));
            for (int b = 0; b < 256; b++) {
                checkPair(set, twin, new GpuSet(b), twin(b));
            }
        }
    }

    private static void checkPair(GpuSet a, Set<Integer> twinOfA, GpuSet b, Set<Integer> twinOfB) {
        var both = new TreeSet<>(twinOfA);
        both.retainAll(twinOfB);
        var either = new TreeSet<>(twinOfA);
        either.addAll(twinOfB);
        var rest = new TreeSet<>(twinOfA);
        rest.removeAll(twinOfB);
        boolean right = a.and(b).equals(of(both))
                && a.plus(b).equals(of(either))
                && a.minus(b).equals(of(rest))
                && a.containsAll(b) == twinOfA.containsAll(twinOfB)
                && a.intersects(b) == !both.isEmpty();
        assertThat(right).as("%s and %s", a, b).isTrue();
    }

    @Test
    void the_last_gpu_has_the_index_63() {
        var last = GpuSet.of(63);

        assertThat(last.contains(63)).isTrue();
        assertThat(last.lowest()).isEqualTo(63);
        assertThat(last.count()).isEqualTo(1);
        assertThat(GpuSet.first(64).count()).isEqualTo(64);
        assertThat(GpuSet.first(0)).isEqualTo(GpuSet.NONE);
        assertThat(last.contains(64)).isFalse();
        assertThat(GpuSet.first(64).contains(-1)).isFalse();
    }

    @Test
    void an_index_outside_is_refused() {
        assertThatThrownBy(() -> GpuSet.of(64)).hasMessage("GPU index (64) must be between 0 and 63");
        assertThatThrownBy(() -> GpuSet.NONE.with(-1)).hasMessageContaining("(-1)");
        assertThatThrownBy(() -> GpuSet.first(65)).hasMessageContaining("(65)");
        assertThatThrownBy(GpuSet.NONE::lowest).isInstanceOf(IllegalStateException.class);
    }

    private static GpuSet of(Set<Integer> indices) {
        return GpuSet.of(indices.stream().mapToInt(Integer::intValue).toArray());
    }

    private static Set<Integer> twin(int bits) {
        var twin = new TreeSet<Integer>();
        IntStream.range(0, 8).filter(i -> (bits >> i & 1) == 1).forEach(twin::add);
        return twin;
    }
}
