package dev.busbar.simulator;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the public traces lie that tests tagged needs-data read: BUSBAR_DATA, else shared/data beside the checkout. */
final class TraceFolder {
    private TraceFolder() {}

    static Path openb() {
        return existing("openb");
    }

    static Path jobs() {
        return existing("jobs");
    }

    private static Path existing(String name) {
        String set = System.getenv("BUSBAR_DATA");
        // Tests run in the module's folder, two below the root of the checkout.
        Path data = set == null ? Path.of("../../../shared/data") : Path.of(set);
        Path folder = data.resolve(name).toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw new AssertionError(
                    "this test needs the data in %s (set BUSBAR_DATA to its parent)".formatted(folder));
        }
        return folder;
    }
}
