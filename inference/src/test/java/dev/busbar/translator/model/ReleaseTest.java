package dev.busbar.translator.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.TinyModel;
import dev.busbar.translator.TinyModel.Layout;
import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.decode.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a large batch took goes back to the system, as its own record of the process says. */
class ReleaseTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = Layout.class,
            names = {"MERGED", "FUSED"})
    void memory_of_a_large_batch_is_given_back(Layout layout) throws IOException {
        TinyModel.marian(folder, layout, 1);
        try (Translator translator = Translator.load(folder, ModelFolder.preferred(Device.CPU), SessionSettings.CPU)) {
            int[] ids = new int[translator.maxSourceTokens()];
            Arrays.fill(ids, 3);
            Source longest = new Source(ids, new int[0], 2);
            translator.search(Collections.nCopies(1024, longest), 1, Interest.ALWAYS);
            long full = residentKibibytes();

            translator.release();

            assertThat(full - residentKibibytes())
                    .as("KiB given back of %d", full)
                    .isGreaterThan(16_384);
            assertThat(translator.search(Collections.nCopies(2, longest), 1, Interest.ALWAYS))
                    .hasSize(2);
        }
    }

    private static long residentKibibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
