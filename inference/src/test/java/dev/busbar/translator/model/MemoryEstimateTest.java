package dev.busbar.translator.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.TinyModel;
import dev.busbar.translator.TinyModel.Layout;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryEstimateTest {
    @TempDir
    Path folder;

    record Case(Layout layout, long cacheBytes) {}

    /** Keys and values of 2 layers, 32 wide, of 7 source and 10 target tokens. */
    static Stream<Case> cases() {
        return Stream.of(
                // floats: the source once, what is written twice
                new Case(Layout.MERGED, 2 * 2 * 32 * 4 * (7 + 2 * 10)),
                new Case(Layout.FUSED, 2 * 2 * 32 * 4 * (7 + 2 * 10)),
                // the source in single bytes, and floats for three times what is written
                new Case(Layout.INT8, 2 * 2 * 32 * (7 + 4 * 3 * 10)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_cache_is_counted_as_the_decoder_keeps_it(Case one) {
        TinyModel.marian(folder, one.layout(), 7);
        ModelFolder found = ModelFolder.find(folder, ModelFolder.preferred(Device.CPU));

        MemoryEstimate memory = MemoryEstimate.of(found, Device.CPU);

        assertThat(memory.cacheBytes(7, 10)).isEqualTo(one.cacheBytes());
    }
}
