package dev.busbar.testclusters.e2enode;

import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Passage;
import dev.busbar.testclusters.node.Tool;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The address at which pods look for the API server. A cluster's kube-proxy would lead it there; here we do. */
final class ServiceAddress {
    private static final String ADDRESS = "10.0.0.1";
    private static final int PORT = 443;

    private ServiceAddress() {}

    static Passage of(ControlPlane cluster) {
        var url = cluster.client().getMasterUrl();
        Tool.run("ip", "address", "replace", ADDRESS + "/32", "dev", "lo");
        return Passage.open(
                new InetSocketAddress(ADDRESS, PORT),
                () -> Optional.of(new InetSocketAddress(url.getHost(), url.getPort())));
    }
}
