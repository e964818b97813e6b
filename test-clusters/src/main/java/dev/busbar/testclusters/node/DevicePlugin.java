package dev.busbar.testclusters.node;

import dev.busbar.testclusters.Program;
import dev.busbar.testclusters.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The stand-in for the stock device plugin, which chooses as that does; it advertises `nvidia.com/gpu`. */
public final class DevicePlugin {
    private DevicePlugin() {}

    /** Starts it on a node, for the GPUs of a machine; it registers again with each new kubelet. */
    public static Program start(RealNode node, StandInMachine machine) {
        return node.program("device-plugin", List.of(built(), machine.library().toString()));
    }

    /**
     * Which GPUs it would choose.
     *
     * @param questions each a count and the indices of free GPUs in the order in which it hears of them: {@code 2 0,3,5}
     * @return for each the indices that it chooses, {@code 0,3}; {@code -} stands for a GPU that is none
     */
    public static List<String> choices(StandInMachine machine, List<String> questions) throws IOException {
        var asked = machine.folder().resolve("questions");
        Files.write(asked, questions);
        var said = Tool.run(List.of(
                "sh",
                "-c",
                "exec \"$0\" \"$1\" choose < \"$2\"",
                built(),
                machine.library().toString(),
                asked.toString()));
        return said.lines().toList();
    }

    private static String built() {
        var script = Repository.root().resolve("test-clusters/device-plugin/build");
        return Tool.run(script.toString()).lines().toList().getLast();
    }
}
