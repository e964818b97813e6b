package dev.busbar.agent;

import dev.busbar.testclusters.node.StandInMachine;

/** Where the agent looks on a stand-in machine. */
final class MachineOptions {

    private MachineOptions() {}

    static AgentOptions of(StandInMachine machine) {
        return new AgentOptions(
                "n1",
                "",
                machine.library().toString(),
                machine.sysfs(),
                machine.proc(),
                machine.socket(),
                machine.folder().resolve("config.yaml"));
    }
}
