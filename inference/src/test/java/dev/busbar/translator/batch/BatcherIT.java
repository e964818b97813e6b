package dev.busbar.translator.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.busbar.translator.TinyModel;
import dev.busbar.translator.TinyModel.Layout;
import dev.busbar.translator.batch.Refusal.Reason;
import dev.busbar.translator.model.Device;
import dev.busbar.translator.model.ModelFolder;
import dev.busbar.translator.model.SessionSettings;
import dev.busbar.translator.model.Translator;
import dev.busbar.translator.model.Translator.Prepared;
import dev.busbar.translator.token.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatcherIT {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    static Path folder;

    private static Translator translator;

    @BeforeAll
    static void load() {
        TinyModel.marian(folder, Layout.MERGED, 1);
        translator = Translator.load(folder, ModelFolder.preferred(Device.CPU), SessionSettings.CPU);
    }

    @AfterAll
    static void close() {
        translator.close();
    }

    @Test
    void sentences_of_many_orders_share_batches() {
        List<Integer> rows = new CopyOnWriteArrayList<>();
        try (Batcher batcher = batcher(new BatchSettings(16, 1 << 20, Duration.ofMillis(200), 1 << 20), rows)) {
            List<Order> orders = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                orders.add(batcher.submit(translator, sentences(1), 1, LONG));
            }

            orders.forEach(order -> order.answer().join());

            assertThat(rows).containsExactly(16, 16);
        }
    }

    @Test
    void a_full_queue_refuses_with_a_time_to_come_back() {
        try (Batcher batcher = batcher(new BatchSettings(1, 1 << 20, Duration.ZERO, 100), new ArrayList<>())) {
            batcher.submit(translator, sentences(400), 1, LONG);

            Refusal refusal =
                    catchThrowableOfType(Refusal.class, () -> batcher.submit(translator, sentences(1), 1, LONG));

            assertThat(refusal.reason()).isEqualTo(Reason.QUEUE_FULL);
            assertThat(refusal.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(60));
        }
    }

    @Test
    void an_order_that_is_too_late_says_so_and_the_others_go_on() {
        try (Batcher batcher = batcher(new BatchSettings(4, 1 << 20, Duration.ZERO, 1 << 20), new ArrayList<>())) {
            Order large = batcher.submit(translator, sentences(300), 1, LONG);
            Order late = batcher.submit(translator, sentences(1), 1, Duration.ofNanos(1));

            CompletionException failure = catchThrowableOfType(
                    CompletionException.class, () -> late.answer().join());

            assertThat(failure.getCause())
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.TOO_LATE));
            assertThat(large.answer().join()).hasSize(300);
        }
    }

    @Test
    void a_model_with_little_to_do_does_not_wait_for_one_with_much() {
        try (Translator other = Translator.load(folder, ModelFolder.preferred(Device.CPU), SessionSettings.CPU);
                Batcher batcher = batcher(new BatchSettings(4, 1 << 20, Duration.ZERO, 1 << 20), new ArrayList<>())) {
            Order much = batcher.submit(translator, sentences(2000), 1, LONG);
            Order little = batcher.submit(other, sentences(4), 1, LONG);

            little.answer().join();

            assertThat(much.answer()).isNotDone();
            assertThat(much.answer().join()).hasSize(2000);
        }
    }

    @Test
    void an_abandoned_order_leaves_the_queue() {
        List<Integer> rows = new CopyOnWriteArrayList<>();
        try (Batcher batcher = batcher(new BatchSettings(8, 1 << 20, Duration.ofMillis(100), 1 << 20), rows)) {
            Order abandoned = batcher.submit(translator, sentences(4), 1, LONG);
            Order wanted = batcher.submit(translator, sentences(3), 1, LONG);
            abandoned.abandon();

            wanted.answer().join();

            assertThat(rows).containsExactly(3);
            assertThat(batcher.load().waitingRequests()).isZero();
            assertThat(batcher.load().waitingTokens()).isZero();
        }
    }

    @Test
    void draining_answers_what_was_taken_and_refuses_the_rest() {
        Batcher batcher = batcher(BatchSettings.DEFAULT, new ArrayList<>());
        Order taken = batcher.submit(translator, sentences(200), 1, LONG);

        boolean drained = batcher.drain(LONG);

        assertThat(drained).isTrue();
        assertThat(taken.answer()).isCompleted();
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> batcher.submit(translator, sentences(1), 1, LONG));
        assertThat(refusal.reason()).isEqualTo(Reason.DRAINING);
    }

    private static Batcher batcher(BatchSettings settings, List<Integer> rows) {
        return new Batcher(settings, 1, 1L << 40, new BatchEvents() {
            @Override
            public void batchDone(int count, int read, int written, Duration took) {
                rows.add(count);
            }
        });
    }

    private static List<Prepared> sentences(int count) {
        return Collections.nCopies(count, translator.prepare("the pump is on.", new Direction("en", "de")));
    }
}
