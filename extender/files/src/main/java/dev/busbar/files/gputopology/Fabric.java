package dev.busbar.files.gputopology;

import org.jspecify.annotations.Nullable;

/** The multi-node NVLink fabric: its cluster UUID, and that UUID and the clique's number joined by a dot. */
public record Fabric(String clique, String domain) {

    public static final Fabric NONE = new Fabric("", "");

    public Fabric(@Nullable String clique, @Nullable String domain) {
        this.clique = Absent.text(clique);
        this.domain = Absent.text(domain);
    }
}
