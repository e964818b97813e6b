package dev.busbar.agent.nvml;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * NVML on a thread of its own. A driver in trouble may never return, and nothing can interrupt it then: the caller gets
 * its answer after the time-out all the same, and later calls are refused until the driver has come back.
 *
 * <pre>
 *   closed --init ok--> open --call returns--> open
 *      ^                  |
 *      |              call hangs --> hanging --call returns--> open
 *      +-- init refused (no library, driver not loaded): tried again at the next call
 * </pre>
 */
public final class Nvml implements AutoCloseable {

    private final String file;
    private final Duration timeout;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("nvml").factory());
    private @Nullable NvmlReader open;
    private @Nullable Future<?> hanging;

    public Nvml(String file, Duration timeout) {
        this.file = file.isEmpty() ? NvmlLibrary.DEFAULT : file;
        this.timeout = timeout;
    }

    /** Either the answer, or one constant sentence that says why there is none. */
    public sealed interface Answer<T> {
        record Told<T>(T value) implements Answer<T> {}

        record Silent<T>(String reason) implements Answer<T> {}
    }

    public synchronized Answer<Inventory> inventory() {
        return ask(NvmlReader::inventory);
    }

    public synchronized Answer<List<Use>> use() {
        return ask(NvmlReader::use);
    }

    private interface Question<T> {
        T put(NvmlReader reader);
    }

    private <T> Answer<T> ask(Question<T> question) {
        if (hanging != null && !hanging.isDone()) {
            return new Answer.Silent<>("NVML hangs");
        }
        hanging = null;
        return await(() -> {
            var refusal = opened();
            return refusal.isPresent()
                    ? new Answer.Silent<T>(refusal.get())
                    : new Answer.Told<>(question.put(Objects.requireNonNull(open)));
        });
    }

    private <T> Answer<T> await(Callable<Answer<T>> call) {
        var future = thread.submit(call);
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            hanging = future;
            return new Answer.Silent<>("NVML hangs");
        } catch (ExecutionException e) {
            return new Answer.Silent<>("NVML failed: " + e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Answer.Silent<>("interrupted while NVML was asked");
        }
    }

    private Optional<String> opened() {
        if (open != null) {
            return Optional.empty();
        }
        var library = NvmlLibrary.open(file);
        if (library.isEmpty()) {
            return Optional.of("there is no NVML (%s)".formatted(file));
        }
        var reader = new NvmlReader(library.get());
        var code = reader.init();
        if (!code.ok()) {
            return Optional.of("NVML does not start: " + code);
        }
        open = reader;
        return Optional.empty();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
