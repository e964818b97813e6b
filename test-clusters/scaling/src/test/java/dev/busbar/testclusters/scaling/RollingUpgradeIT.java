package dev.busbar.testclusters.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Program;
import dev.busbar.testclusters.Translator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two replicas are replaced one by one, as a StatefulSet does it: the old one is told to end, and only some time later do
 * the proxies learn that it is to get no more connections; the new one gets connections when it says that it is ready.
 */
class RollingUpgradeIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String LINGER_SECONDS = "3";
    private static final int MORE = 100;

    @TempDir
    Path folder;

    private final List<Translator> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(Translator::close);
    }

    @Test
    void no_request_fails_while_one_version_takes_over_from_another() {
        var models = DemoModels.of("en-de", folder.resolve("models"));
        var before = List.of(version("1-a", models), version("1-b", models));
        var other = optimizedModel();
        try (var proxy = new ConnectionProxy()) {
            before.forEach(replica -> proxy.add(replica.url()));
            var clients = new Clients(proxy.url(), 8);
            awaitMore(clients);

            var after = before.stream()
                    .map(replica -> replace(replica, proxy, clients, other))
                    .toList();

            awaitMore(clients);
            clients.finish();
            System.out.printf(
                    "rolling upgrade: %d requests answered, %d failed%n",
                    clients.answered(), clients.failures().size());
            assertThat(clients.failures()).isEmpty();
            assertThat(after)
                    .allSatisfy(replica -> assertThat(answeredBy(replica)).isPositive());
        }
    }

    /** The old replica ends with 0 while the proxy still sends to it for a while; then the new one comes. */
    private Translator replace(Translator old, ConnectionProxy proxy, Clients clients, Path models) {
        var ending = CompletableFuture.supplyAsync(old::stop);
        Await.until("it says that it is not ready", SOON, () -> !old.ready());
        awaitMore(clients);
        proxy.remove(old.url());
        assertThat(ending.join()).isZero();
        var replica = version("2-" + started.size(), models);
        proxy.add(replica.url());
        awaitMore(clients);
        return replica;
    }

    private static void awaitMore(Clients clients) {
        var enough = clients.answered() + MORE;
        Await.until("%d more answers".formatted(MORE), SOON, () -> clients.answered() >= enough);
    }

    private static double answeredBy(Translator replica) {
        return replica.metric("translator_http_responses_total", "/translate").orElse(0);
    }

    private Translator version(String name, Path models) {
        var replica = Translator.serve(
                "translator-" + name, folder, "--models", models.toString(), "--linger", LINGER_SECONDS);
        started.add(replica);
        return replica;
    }

    /** The same model in other graphs: the new version. */
    private Path optimizedModel() {
        var models = folder.resolve("optimized");
        try (Program optimize = Translator.run(
                "optimize",
                folder,
                List.of(
                        "optimize",
                        DemoModels.folder("en-de").toString(),
                        models.resolve("en-de").toString()))) {
            Await.until("the model is optimized", SOON, () -> !optimize.alive());
            assertThat(optimize.stop()).isZero();
        }
        return models;
    }
}
