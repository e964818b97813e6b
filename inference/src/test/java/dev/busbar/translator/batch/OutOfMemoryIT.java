package dev.busbar.translator.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.TinyModel;
import dev.busbar.translator.TinyModel.Layout;
import dev.busbar.translator.model.Device;
import dev.busbar.translator.model.ModelFolder;
import dev.busbar.translator.model.SessionSettings;
import dev.busbar.translator.model.SessionSettings.MemorySource;
import dev.busbar.translator.model.SharedArena;
import dev.busbar.translator.model.Translator;
import dev.busbar.translator.model.Translator.Prepared;
import dev.busbar.translator.token.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Main memory in an arena with a limit stands for a GPU whose memory is full. */
class OutOfMemoryIT {
    private static final int ROWS = 64;
    private static final BatchSettings SETTINGS = new BatchSettings(ROWS, 1 << 20, Duration.ofMillis(1), 1 << 24);

    @TempDir
    Path folder;

    @Test
    void batches_are_halved_nothing_is_lost_and_the_size_grows_back() {
        TinyModel.marian(folder, Layout.MERGED, 1);
        AtomicInteger refusals = new AtomicInteger();
        BatchEvents events = new BatchEvents() {
            @Override
            public void ranOutOfMemory(int rows) {
                refusals.incrementAndGet();
            }
        };
        try (SharedArena _ = SharedArena.withLimit(6 << 20);
                Translator translator = Translator.load(
                        folder,
                        ModelFolder.preferred(Device.CPU),
                        SessionSettings.CPU.with(MemorySource.SHARED_ARENA));
                Batcher batcher = new Batcher(SETTINGS, 1, 1L << 40, events)) {
            int answered = answers(batcher, translator, sentences(translator, 60, 300));
            int reduced = batcher.currentMaxRows(translator);

            int answeredLater = answers(batcher, translator, sentences(translator, 4, 6000));

            assertThat(answered).isEqualTo(300);
            assertThat(refusals.get()).as("refused allocations").isPositive();
            assertThat(reduced).isLessThan(ROWS);
            assertThat(answeredLater).isEqualTo(6000);
            assertThat(batcher.currentMaxRows(translator)).isEqualTo(ROWS);
        }
    }

    private static int answers(Batcher batcher, Translator translator, List<Prepared> sentences) {
        return (int) batcher.submit(translator, sentences, 1, Duration.ofMinutes(2)).answer().join().stream()
                .filter(found -> !found.isEmpty())
                .count();
    }

    private static List<Prepared> sentences(Translator translator, int tokens, int count) {
        // A space before each letter makes every letter a token of its own, with one for the space.
        String text = " q".repeat(tokens / 2);
        return Collections.nCopies(count, translator.prepare(text, new Direction("en", "de")));
    }
}
