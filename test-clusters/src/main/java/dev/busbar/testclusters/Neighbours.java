package dev.busbar.testclusters;

import java.nio.file.Path;

/** The programs that stand beside Busbar in a cluster: KEDA, Argo Rollouts, Prometheus. */
public final class Neighbours {
    private Neighbours() {}

    /** The folder that holds the named one, built on first use (minutes, with empty caches). */
    public static Path folder(String name) {
        return Binaries.build("test-clusters/neighbours/build", name);
    }
}
