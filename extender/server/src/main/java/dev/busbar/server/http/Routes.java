package dev.busbar.server.http;

import dev.busbar.server.metrics.ServerMetrics;
import dev.busbar.server.metrics.Verb;
import dev.busbar.server.wire.ErrorAnswers;
import dev.busbar.server.wire.WireException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which path leads where. A verb always answers 200 with one JSON value, whatever happens: kube-scheduler reads no
 * other status, and shows the error's text to the pod's owner.
 */
final class Routes {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private final HttpConfig config;
    private final Readiness readiness;
    private final VerbCalls verbs;
    private final Pages pages;
    private final ServerMetrics metrics;
    private final ExecutorService apart;

    Routes(HttpConfig config, Serving serving, VerbCalls verbs, Pages pages, ExecutorService apart) {
        this.config = config;
        this.readiness = serving.answers();
        this.verbs = verbs;
        this.pages = pages;
        this.metrics = serving.metrics();
        this.apart = apart;
    }

    void handle(HttpServerRequest request) {
        long start = System.nanoTime();
        var path = Call.path(request);
        for (var verb : Verb.values()) {
            if (isPathOf(verb, path)) {
                if (Call.isPost(request)) {
                    Call.gather(request, config.bodyBytes(), call -> answer(verb, call, start));
                } else {
                    Call.gather(
                            request,
                            config.bodyBytes(),
                            call -> call.answer(405, "text/plain", text("POST the verb's arguments here\n")));
                }
                return;
            }
        }
        if (path.equals("/snapshot")) {
            Call.gather(request, config.bodyBytes(), call -> snapshot(request, call));
            return;
        }
        Call.gather(request, config.bodyBytes(), call -> page(request, call));
    }

    private boolean isPathOf(Verb verb, String path) {
        int prefix = config.prefix().length();
        return path.length() == prefix + 1 + verb.word().length()
                && path.startsWith(config.prefix())
                && path.charAt(prefix) == '/'
                && path.endsWith(verb.word());
    }

    /** What answers a verb's call. */
    private interface Answer {
        byte[] bytes();
    }

    private void answer(Verb verb, Call call, long start) {
        if (verb != Verb.BIND) {
            finish(verb, call, start, answered(verb, call, () -> onLoop(verb, call)));
            return;
        }
        var loop = ContextInternal.current();
        apart.execute(() -> {
            var answer = answered(verb, call, () -> verbs.bind(verbs.bindArgs(call.body(), call.length())));
            loop.runOnContext(back -> finish(verb, call, start, answer));
        });
    }

    private byte[] onLoop(Verb verb, Call call) {
        return switch (verb) {
            case FILTER -> verbs.filter(call.body(), call.length());
            case PRIORITIZE -> verbs.prioritize(call.body(), call.length());
            case PREEMPT -> verbs.preempt(call.body(), call.length());
            case BIND -> throw new IllegalStateException("bind blocks, so it never runs on an event loop");
        };
    }

    /** The one place where a verb's failure is caught. */
    private byte[] answered(Verb verb, Call call, Answer answer) {
        if (call.isTooLong()) {
            metrics.decided(verb, "unreadable");
            return refusal(
                    verb,
                    "the request is longer than %d bytes; raise limits.body of Busbar's configuration"
                            .formatted(config.bodyBytes()));
        }
        var missing = readiness.missing();
        if (missing.isPresent()) {
            metrics.decided(verb, "not-ready");
            return refusal(verb, missing.get());
        }
        try {
            return answer.bytes();
        } catch (WireException e) {
            metrics.decided(verb, "unreadable");
            LOG.atWarn()
                    .addKeyValue("verb", verb.word())
                    .addKeyValue("reason", e.why())
                    .log("Unreadable call");
            return refusal(verb, e.why());
        } catch (RuntimeException e) {
            metrics.decided(verb, "failed");
            LOG.atError().addKeyValue("verb", verb.word()).setCause(e).log("A verb failed");
            return refusal(verb, "Busbar failed to answer; its log says why");
        }
    }

    private static byte[] refusal(Verb verb, String why) {
        return switch (verb) {
            case FILTER, BIND -> ErrorAnswers.error(why);
            case PRIORITIZE -> ErrorAnswers.NO_SCORES;
            case PREEMPT -> ErrorAnswers.NO_VICTIMS;
        };
    }

    private void finish(Verb verb, Call call, long start, byte[] answer) {
        call.answerJson(answer);
        metrics.answered(verb, Duration.ofNanos(System.nanoTime() - start));
    }

    private void page(HttpServerRequest request, Call call) {
        try {
            pages.answer(request, call);
        } catch (RuntimeException e) {
            failed(request, call, e);
        }
    }

    private static void failed(HttpServerRequest request, Call call, RuntimeException e) {
        LOG.atError().addKeyValue("path", Call.path(request)).setCause(e).log("A page failed");
        call.answer(500, "text/plain", text("Busbar failed to answer; its log says why\n"));
    }

    /** Written apart from the event loop: kube-scheduler is not to wait for it. */
    private void snapshot(HttpServerRequest request, Call call) {
        if (Call.isPost(request)) {
            call.answer(405, "text/plain", text("GET the cluster here\n"));
            return;
        }
        var missing = readiness.missing();
        if (missing.isPresent()) {
            call.answer(503, "text/plain", text(missing.get() + "\n"));
            return;
        }
        var loop = ContextInternal.current();
        apart.execute(() -> {
            try {
                var yaml = pages.snapshot();
                loop.runOnContext(back -> call.answer(200, "application/yaml", yaml));
            } catch (RuntimeException e) {
                loop.runOnContext(back -> failed(request, call, e));
            }
        });
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
