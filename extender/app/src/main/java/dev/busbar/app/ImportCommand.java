package dev.busbar.app;

import dev.busbar.files.GpuList;
import dev.busbar.files.TopologyImport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns what {@code nvidia-smi topo -m} printed into a GpuTopology object. */
@Command(
        name = "import",
        description = "Reads what `nvidia-smi topo -m` printed, as pasted, and prints the node's GpuTopology object.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: nvidia-smi topo -m | busbar import --name node-7 --product A100-SXM4-80GB -"})
final class ImportCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--name",
            paramLabel = "N",
            defaultValue = "node",
            description = "the node's name (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String name;

    @Option(
            names = "--product",
            paramLabel = "P",
            description = "what the GPUs are: gives their memory and the generation of their links")
    private @Nullable String product;

    @Option(
            names = "--gpus",
            paramLabel = "FILE",
            description = "what `nvidia-smi --query-gpu=index,uuid,name,memory.total,pci.bus_id --format=csv` printed")
    private @Nullable Path gpus;

    @Parameters(paramLabel = "FILE", description = "the pasted text; - for standard input")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String file;

    @Override
    public void run() {
        var wanted = TopologyImport.of(name);
        if (product != null) {
            wanted = wanted.withProduct(product);
        }
        if (gpus != null) {
            wanted = wanted.withGpus(GpuList.parse(gpus.toString(), text(gpus)));
        }
        var imported = file.equals("-")
                ? wanted.read("standard input", standardInput())
                : wanted.read(file, text(Path.of(file)));
        spec.commandLine().getOut().print(imported.yaml());
        spec.commandLine().getOut().flush();
    }

    private static String text(Path file) {
        try {
            // Pasted text may hold anything; what is no UTF-8 must not stop the reading.
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CannotDo("%s can't be read: %s".formatted(file, e), e);
        }
    }

    private static String standardInput() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CannotDo("standard input can't be read: " + e, e);
        }
    }
}
