package dev.busbar.testclusters;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that the tests run in. */
public final class Repository {
    private Repository() {}

    /** The root of the repository that the working directory lies in. */
    public static Path root() {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("test-clusters/control-plane/build"))) {
                return folder;
            }
        }
        throw new ClusterException("""
            no repository above the working directory (%s).
            Maybe run from inside a checkout of Busbar.\
            """.formatted(Path.of("").toAbsolutePath()));
    }
}
