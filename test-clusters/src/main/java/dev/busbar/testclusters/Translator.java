package dev.busbar.testclusters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A `translator serve`. */
public final class Translator extends ServedJar {
    private Translator(String name, List<String> arguments, Path logs) {
        super(name, "/ready", List.of("-Xmx512m", "-jar", jar("inference/target/translator.jar")), arguments, logs);
    }

    /** Serves what the arguments say; its log goes to the folder, under the name. */
    public static Translator serve(String name, Path logs, String... arguments) {
        return new Translator(name, List.of(arguments), logs);
    }

    /** Another verb of the translator's command, to its end or until it is closed. */
    public static Program run(String name, Path logs, List<String> arguments) {
        var command = new ArrayList<>(List.of(java(), "-Xmx512m", "-jar", jar("inference/target/translator.jar")));
        command.addAll(arguments);
        return Program.start(name, logs.resolve(name + ".log"), command);
    }
}
