package dev.busbar.testclusters.node;

import dev.busbar.testclusters.Program;
import dev.busbar.testclusters.Repository;
import java.util.List;

/** The stand-in for the stock device plugin, which chooses as that does; it advertises `nvidia.com/gpu`. */
public final class DevicePlugin {
    private DevicePlugin() {}

    /** Starts it on a node, for the GPUs of a machine; it registers again with each new kubelet. */
    public static Program start(RealNode node, StandInMachine machine) {
        var script = Repository.root().resolve("test-clusters/device-plugin/build");
        var built = Tool.run(script.toString()).lines().toList().getLast();
        return node.program("device-plugin", List.of(built, machine.library().toString()));
    }
}
