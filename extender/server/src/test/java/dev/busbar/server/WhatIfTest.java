package dev.busbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.ClusterFolder;
import dev.busbar.server.source.FixedCluster;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people ask a running server, and that asking leaves no trace. */
class WhatIfTest {
    private final Client client = new Client();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        client.close();
    }

    @Test
    void asking_what_if_changes_nothing() throws Exception {
        var server = client.serve(2, 4);
        client.post(server, "filter", Asks.args(Asks.pod("a", 4), "node-0", "node-1"));
        client.post(server, "prioritize", Asks.args(Asks.pod("a", 4), "node-0", "node-1"));
        var before = server.state().snapshot();
        var waiting = server.state().waiting();
        var metrics = ownMetrics(server);

        for (int gpus = 1; gpus <= 5; gpus++) {
            var pod = Asks.pod("a", gpus).replaceFirst("\\{", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",");
            var answer = client.send(Client.to(server, "/what-if").POST(BodyPublishers.ofString(pod)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }

        assertThat(server.state().snapshot()).isSameAs(before);
        assertThat(server.state().claims()).isEqualTo(1);
        assertThat(server.state().waiting()).isEqualTo(waiting);
        assertThat(ownMetrics(server)).isEqualTo(metrics);
    }

    private List<String> ownMetrics(Server server) throws IOException, InterruptedException {
        return client.get(server, "/metrics")
                .lines()
                .filter(line -> line.startsWith("busbar_"))
                .toList();
    }

    @Test
    void the_snapshot_is_a_cluster_folder_that_shows_what_is_bound() throws Exception {
        var server = client.serve(2, 4);
        client.post(server, "filter", Asks.args(Asks.pod("a", 3), "node-0", "node-1"));
        client.post(server, "bind", Asks.bind("a", "node-0"));

        var answer = client.send(Client.to(server, "/snapshot").GET());

        Files.writeString(folder.resolve("cluster.yaml"), answer.body());
        var read = ClusterFolder.read(folder, ResourceNames.DEFAULT);
        var again = client.serve(new FixedCluster(read.events()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/yaml");
        assertThat(again.state().snapshot().node(0).holdings())
                .isEqualTo(server.state().snapshot().node(0).holdings())
                .hasSize(1);
        assertThat(client.get(again, "/snapshot")).isEqualTo(answer.body());
    }

    @Test
    void a_snapshot_is_only_given_of_a_cluster_that_is_known() throws Exception {
        var source = new HeldCluster();
        source.missing = Optional.of("Busbar is still reading the cluster");
        var server = client.serve(source);

        var early = client.send(Client.to(server, "/snapshot").GET());
        var posted = client.send(Client.to(server, "/snapshot").POST(BodyPublishers.ofString("")));

        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(early.body()).isEqualTo("Busbar is still reading the cluster\n");
        assertThat(posted.statusCode()).isEqualTo(405);
    }
}
