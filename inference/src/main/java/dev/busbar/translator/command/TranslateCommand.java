package dev.busbar.translator.command;

import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.model.Translator;
import dev.busbar.translator.token.Direction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Translates lines: one sentence in, one out, in the same order. */
@Command(
        name = "translate",
        description = "Translates one sentence per line; no line is split.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: echo 'The pump is broken.' | translator translate --model models/en-de"})
@SuppressWarnings("NullAway.Init") // filled by picocli
final class TranslateCommand implements Callable<Integer> {
    /** Lines read and sorted by length together; enough for full batches, few enough to stream. */
    private static final int WINDOW = 1024;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "the model's folder")
    private Path model;

    @Option(names = "--from", description = "source language; default: the folder's name")
    private Optional<String> from;

    @Option(names = "--to", description = "target language; default: the folder's name")
    private Optional<String> to;

    @Option(names = "--beam", defaultValue = "1", description = "beams; default: ${DEFAULT-VALUE}, greedy")
    private int beams;

    @Option(names = "--batch", defaultValue = "32", description = "rows in a batch; default: ${DEFAULT-VALUE}")
    private int batch;

    @Mixin
    private LoadOptions load;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "the sentences; default: standard input")
    private Optional<Path> file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Direction direction = DirectionNames.of(model, from, to);
        PrintWriter out = spec.commandLine().getOut();
        try (Translator translator = Translator.load(model, load.precisions(), load.settings(), load.places());
                BufferedReader lines = lines()) {
            translator.check(direction);
            List<String> window = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                window.add(line);
                if (window.size() == WINDOW) {
                    translate(translator, direction, window, out);
                }
            }
            translate(translator, direction, window, out);
        }
        return 0;
    }

    private BufferedReader lines() throws IOException {
        return file.isPresent()
                ? Files.newBufferedReader(file.get())
                : new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }

    private void translate(Translator translator, Direction direction, List<String> window, PrintWriter out) {
        translator
                .translateAll(window, direction, beams, batch, Interest.ALWAYS)
                .forEach(out::println);
        out.flush();
        window.clear();
    }
}
