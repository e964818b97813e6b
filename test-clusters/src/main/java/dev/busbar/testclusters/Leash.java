package dev.busbar.testclusters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends every process we started when this JVM ends, however it ends: a shell reads process ids from a pipe that only we
 * hold, and when the pipe closes it kills them and removes their folders.
 */
public final class Leash {
    /* A process that is to be held waits for a line before it becomes the program (exec keeps its id). So there is no
     * moment at which it runs and is not yet held: if we die before the line, the read fails and it ends by itself. */
    private static final String HELD = "read -r go && exec \"$@\"";

    private static final String HOLDER = """
        trap '' INT TERM HUP
        held=' ' folders=''
        while read -r verb what; do
            case $verb in
            hold) held="$held$what " ;;
            free) held=$(printf '%s' "$held" | sed "s/ $what / /") ;;
            folder) folders="$folders $what" ;;
            esac
        done
        [ "$held" = ' ' ] || kill -9 $held 2>/dev/null
        [ -z "$folders" ] || rm -rf $folders
        """;

    private static final Leash OF_THIS_JVM = new Leash();

    private final Process holder;

    private Leash() {
        try {
            holder = new ProcessBuilder("/bin/sh", "-c", HOLDER)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("/bin/sh could not be started", e);
        }
    }

    /** Starts what the builder says, held from its first instant. The builder's standard input is ours. */
    public static Process start(ProcessBuilder builder) throws IOException {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", HELD, "held"));
        command.addAll(builder.command());
        var process = builder.command(command)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
        OF_THIS_JVM.tell("hold " + process.pid());
        var _ = process.onExit().thenRun(() -> OF_THIS_JVM.tell("free " + process.pid()));
        process.getOutputStream().write("go\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return process;
    }

    /** The folder goes when this JVM has ended. Its name must hold no space. */
    static void remove(Path folder) {
        OF_THIS_JVM.tell("folder " + folder);
    }

    private synchronized void tell(String line) {
        try {
            holder.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            holder.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the process that holds our children is gone", e);
        }
    }
}
