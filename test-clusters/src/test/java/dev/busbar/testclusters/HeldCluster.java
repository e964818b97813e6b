package dev.busbar.testclusters;

import java.io.IOException;

/** A JVM to be killed: it starts a control plane, says where, and waits for its standard input to end. */
final class HeldCluster {
    private HeldCluster() {}

    public static void main(String[] arguments) throws IOException {
        var cluster = ControlPlane.start(Extra.CONTROLLER_MANAGER, Extra.KWOK);
        cluster.startScheduler();
        System.out.println(cluster.folder());
        System.out.println(cluster.logs());
        var end = System.in.read();
        System.out.println(end);
    }
}
