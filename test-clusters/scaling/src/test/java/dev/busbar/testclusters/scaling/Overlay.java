package dev.busbar.testclusters.scaling;

import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Repository;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What kustomize makes of an overlay: YAML documents, as they are applied. */
record Overlay(List<String> documents) {
    private static final String PROMETHEUS = "http://prometheus-operated.monitoring.svc:9090";

    static Overlay of(String name) {
        var folder = Repository.root().resolve("manifests/overlays").resolve(name);
        return new Overlay(Arrays.asList(Kubectl.offline().kustomize(folder).split("(?m)^---$")));
    }

    /** Without the objects for the Prometheus operator: here a Prometheus is told by its own file what to scrape. */
    Overlay withoutMonitors() {
        return new Overlay(documents.stream()
                .filter(document -> !document.contains("apiVersion: monitoring.coreos.com/"))
                .toList());
    }

    /** With the test's Prometheus in place of the cluster's. */
    Overlay asking(URI prometheus) {
        return changed(document -> document.replace(PROMETHEUS, prometheus.toString()));
    }

    Overlay changed(UnaryOperator<String> change) {
        return new Overlay(documents.stream().map(change).toList());
    }

    String yaml() {
        return documents.stream().collect(Collectors.joining("\n---\n"));
    }
}
