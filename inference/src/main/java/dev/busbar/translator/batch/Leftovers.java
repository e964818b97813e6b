package dev.busbar.translator.batch;

import dev.busbar.translator.model.Translator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models whose large batches left memory behind; it is given back once nothing has come for a while. */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    /** Source tokens of a batch that leaves something worth giving back. */
    private static final int LARGE = 512;

    /** Getting memory anew costs the next large batch a few milliseconds: not between two of them. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Set<Translator> models = new HashSet<>();
    private long last;

    void ran(Translator translator, int tokens, long now) {
        last = now;
        if (tokens >= LARGE) {
            models.add(translator);
        }
    }

    Optional<Runnable> afterAPause(long now) {
        Iterator<Translator> any = models.iterator();
        if (!any.hasNext() || now - last < PAUSE_NANOS) {
            return Optional.empty();
        }
        Translator model = any.next();
        any.remove();
        return Optional.of(() -> release(model));
    }

    private static void release(Translator model) {
        try {
            model.release();
        } catch (RuntimeException failure) {
            LOG.warn("the memory of {} could not be given back: {}", model.folder(), failure.getMessage());
        }
    }
}
