package dev.busbar.translator.command;

import dev.busbar.translator.model.ModelThread;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code translator} command: it only gathers its verbs. */
@Command(
        name = "translator",
        description = "Translates text with ONNX models.",
        mixinStandardHelpOptions = true,
        version = "translator 0.1.0",
        subcommands = {
            ServeCommand.class,
            TranslateCommand.class,
            PlanCommand.class,
            OptimizeCommand.class,
            LoadingCommand.class,
            BenchCommand.class,
            DriveCommand.class
        })
public final class TranslatorMain implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a verb is missing");
    }

    public static void main(String[] arguments) throws InterruptedException {
        int[] code = {CommandLine.ExitCode.SOFTWARE};
        Thread main = ModelThread.builder()
                .name("translator")
                .start(() -> code[0] = commandLine().execute(arguments));
        main.join();
        System.exit(code[0]);
    }

    static CommandLine commandLine() {
        return new CommandLine(new TranslatorMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println(failure.getMessage() == null ? failure.toString() : failure.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }
}
