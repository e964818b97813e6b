package dev.busbar.app;

import dev.busbar.agent.AgentCommand;
import dev.busbar.server.config.ConfigException;
import dev.busbar.simulator.SimulateCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command itself: {@code java -jar busbar.jar VERB}. */
@Command(
        name = "busbar",
        description = "Places GPU pods where the GPUs they would get can talk fastest, and where the cluster loses"
                + " least by giving them away.",
        mixinStandardHelpOptions = true,
        versionProvider = Busbar.Version.class,
        subcommands = {
            ServeCommand.class,
            AgentCommand.class,
            ExplainCommand.class,
            SimulateCommand.class,
            ImportCommand.class,
            ClustersCommand.class,
            DemoCommand.class
        },
        footer = {"", "Example: busbar demo"})
public final class Busbar {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private Busbar() {}

    public static void main(String[] args) {
        System.exit(run(
                args,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8)));
    }

    /** Runs one verb; 0 done, 1 it could not be done, 2 wrong usage. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        var line = new CommandLine(new Busbar())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(110)
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, err))
                .setParameterExceptionHandler((failure, given) -> misused(failure, err));
        if (args.length == 0) {
            line.usage(err);
            return WRONG_USAGE;
        }
        return line.execute(args);
    }

    private static int misused(CommandLine.ParameterException failure, PrintWriter err) {
        err.println("busbar: " + failure.getMessage());
        err.printf(
                "Maybe see: %s --help%n",
                failure.getCommandLine().getCommandSpec().qualifiedName());
        return WRONG_USAGE;
    }

    /** What the user can mend is said in the message; anything else is our own fault and shows where. */
    private static int failed(Exception failure, PrintWriter err) {
        err.println("busbar: " + (failure.getMessage() == null ? failure.toString() : failure.getMessage()));
        if (!(failure instanceof IllegalArgumentException)
                && !(failure instanceof CannotDo)
                && !(failure instanceof ConfigException)) {
            failure.printStackTrace(err);
        }
        return FAILED;
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Busbar.class.getPackage().getImplementationVersion();
            return new String[] {"busbar " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
