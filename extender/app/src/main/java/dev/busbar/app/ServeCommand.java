package dev.busbar.app;

import dev.busbar.files.ClusterFolder;
import dev.busbar.server.Server;
import dev.busbar.server.config.Config;
import dev.busbar.server.kube.KubeClients;
import dev.busbar.server.kube.KubeCluster;
import dev.busbar.server.source.ClusterSource;
import dev.busbar.server.source.FixedCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The extender itself, until it is told to end. */
@Command(
        name = "serve",
        description = {
            "Answers kube-scheduler's filter, prioritize, bind and preempt calls.",
            "With neither --cluster nor --kubeconfig it takes the account of the pod that it runs in."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: busbar serve --cluster demo",
            "         busbar serve --kubeconfig ~/.kube/config --listen 127.0.0.1:8888"
        })
final class ServeCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ArgGroup
    private @Nullable From from;

    @Option(names = "--config", paramLabel = "FILE", description = "the configuration; defaults where it says nothing")
    private @Nullable Path config;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "where to listen; port 0 takes any (default: 127.0.0.1:8888)")
    private @Nullable String listen;

    /** One of the two, or neither. */
    static final class From {
        @Option(
                names = "--cluster",
                paramLabel = "DIR|NAME",
                description = "a folder of Node, GpuTopology and Pod objects, or a bundled cluster")
        private @Nullable String cluster;

        @Option(names = "--kubeconfig", paramLabel = "FILE", description = "how to reach the API server")
        private @Nullable Path kubeconfig;
    }

    @Override
    public void run() {
        var effective = config == null ? Config.defaults() : Config.read(config);
        if (listen != null) {
            effective = effective.listening(listen);
        }
        try (var server = Server.start(effective, source(effective))) {
            spec.commandLine().getOut().println("listening on " + server.address());
            awaitEnd(server);
        } catch (IOException e) {
            throw new CannotDo(
                    "%s:%d can't be listened on: %s%nMaybe another process has it; --listen takes another address."
                            .formatted(effective.http().host(), effective.http().port(), e.getMessage()),
                    e);
        }
    }

    private ClusterSource source(Config config) {
        if (from != null && from.cluster != null) {
            var cluster = ClusterFolder.find(from.cluster, config.resources());
            var log = LoggerFactory.getLogger(ServeCommand.class);
            cluster.warnings().forEach(log::warn);
            return new FixedCluster(cluster.events());
        }
        var kubeconfig = Optional.ofNullable(from).map(given -> given.kubeconfig);
        return new KubeCluster(KubeClients.connect(kubeconfig, config.kube()), config.kube(), config.resources());
    }

    /** Until SIGTERM or SIGINT, which end the process with 0 once what is under way has been finished. */
    private static void awaitEnd(Server server) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.close();
                            // A JVM that a signal ends says 128 + the signal's number, as if something had gone wrong.
                            Runtime.getRuntime().halt(0);
                        },
                        "shutdown"));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
