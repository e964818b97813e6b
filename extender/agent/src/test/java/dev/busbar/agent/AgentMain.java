package dev.busbar.agent;

import picocli.CommandLine;

/** The agent as a process of its own, for tests. */
final class AgentMain {

    private AgentMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new AgentCommand()).execute(arguments));
    }
}
