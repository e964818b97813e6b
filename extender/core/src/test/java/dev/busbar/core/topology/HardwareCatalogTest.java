package dev.busbar.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareCatalogTest {

    @ParameterizedTest(name = "{0}: {1} with {2} MiB")
    @CsvSource({
        "NVIDIA-A100-SXM4-40GB, A100, 40960",
        "NVIDIA A100-SXM4-80GB, A100, 81920",
        "NVIDIA A100 80GB PCIe, A100, 81920",
        "NVIDIA A100, A100, 81920",
        "Tesla V100-SXM2-16GB, V100, 16384",
        "Tesla-V100-SXM2-32GB, V100, 32768",
        // 80 GB is the usual size, of which the driver shows a little less
        "NVIDIA H100 80GB HBM3, H100, 81559",
        "NVIDIA-H100-80GB-HBM3, H100, 81559",
        "NVIDIA H200, H200, 143771",
        "NVIDIA A10, A10, 23028",
        "NVIDIA A40, A40, 46068",
        "NVIDIA L40S, L40S, 46068",
        "NVIDIA GB200, GB200, 189471",
        "nvidia b200, B200, 183359",
        "NVIDIA GeForce RTX 4090, 4090, 24564",
        "Quadro RTX 8000, 8000, 49152",
    })
    void a_product_is_found_by_a_whole_word_of_its_name(String name, String word, long mebibytes) {
        var product = HardwareCatalog.find(name).orElseThrow();

        assertThat(product.word()).isEqualTo(word);
        assertThat(product.memoryMebibytes()).isEqualTo(mebibytes);
        assertThat(product.memoryBytes()).isEqualTo(mebibytes * 1024 * 1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "NVIDIA", "A1000", "XA100", "NVIDIA A100X", "-", "80GB"})
    void other_names_are_no_product(String name) {
        assertThat(HardwareCatalog.find(name)).isEmpty();
    }

    @Test
    void no_product_hides_another() {
        assertThat(HardwareCatalog.products())
                .allSatisfy(product -> assertThat(HardwareCatalog.find("NVIDIA " + product.word()))
                        .contains(product));
    }

    @Test
    void words_are_found_as_by_taking_the_name_apart() {
        long seed = 12;
        var random = new Random(seed);
        var parts = List.of("A100", "A10", "A1", "H100", "a10", "", "80GB");
        for (int round = 0; round < 5_000; round++) {
            var name = new StringBuilder();
            for (int left = random.nextInt(4); left >= 0; left--) {
                name.append(parts.get(random.nextInt(parts.size()))).append("- _".charAt(random.nextInt(3)));
            }
            var word = parts.get(random.nextInt(5));

            boolean found = HardwareCatalog.hasWord(name.toString(), word);

            assertThat(found)
                    .as("seed %d: %s in %s", seed, word, name)
                    .isEqualTo(Arrays.stream(name.toString().split("[-_ ]")).anyMatch(word::equalsIgnoreCase));
        }
    }
}
