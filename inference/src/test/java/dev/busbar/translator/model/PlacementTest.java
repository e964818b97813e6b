package dev.busbar.translator.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.TinyModel;
import dev.busbar.translator.TinyModel.Layout;
import dev.busbar.translator.decode.BeamSearch;
import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.decode.Source;
import dev.busbar.translator.decode.Translation;
import dev.busbar.translator.model.Seq2SeqModel.Handover;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What needs no second device of where a model is; a machine with two GPUs shows the rest. */
class PlacementTest {
    private static final List<Source> SOURCES = IntStream.range(1, 12)
            .mapToObj(i -> new Source(IntStream.range(5, 5 + 3 * i).toArray(), new int[0], 30))
            .toList();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Layout.class)
    void a_decoder_makes_the_same_of_what_was_carried_to_it(Layout layout) {
        TinyModel.marian(folder, layout, 7);

        List<int[]> carried = translations(Handover.CARRIED);

        assertThat(carried).usingRecursiveComparison().isEqualTo(translations(Handover.IN_PLACE));
        assertThat(carried.stream().map(java.util.Arrays::toString).distinct().count())
                .isGreaterThan(5);
    }

    private List<int[]> translations(Handover handover) {
        ModelFolder found = ModelFolder.find(folder, ModelFolder.preferred(Device.CPU));
        try (Seq2SeqModel model = Seq2SeqModel.load(found, SessionSettings.CPU, Placement.on(Device.CPU), handover)) {
            return BeamSearch.run(model, SOURCES, 2, Interest.ALWAYS).stream()
                    .map(best -> best.getFirst().tokens())
                    .toList();
        }
    }

    @Test
    void every_copy_of_a_model_gives_the_same() {
        TinyModel.marian(folder, Layout.MERGED, 7);
        Placement here = Placement.on(Device.CPU);
        try (Translator translator =
                Translator.load(folder, ModelFolder.preferred(Device.CPU), SessionSettings.CPU, List.of(here, here))) {
            List<List<Translation>> first = translator.searchAll(0, SOURCES, 1, Interest.ALWAYS);

            List<List<Translation>> second = translator.searchAll(1, SOURCES, 1, Interest.ALWAYS);
            List<List<Translation>> fourth = translator.searchAll(3, SOURCES, 1, Interest.ALWAYS);

            assertThat(translator.copies()).isEqualTo(2);
            assertThat(second).usingRecursiveComparison().isEqualTo(first);
            assertThat(fourth).usingRecursiveComparison().isEqualTo(first);
        }
    }

    @Test
    void only_different_devices_are_apart() {
        assertThat(Placement.on(new Device.Cuda(0, 1)).isApart()).isFalse();
        assertThat(new Placement(new Device.Cuda(0, 1), new Device.Cuda(1, 1)).isApart())
                .isTrue();
    }
}
