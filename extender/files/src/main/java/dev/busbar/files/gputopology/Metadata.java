package dev.busbar.files.gputopology;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of the object's metadata we use; what else the API server keeps there is passed over. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Metadata(
        String name, String resourceVersion, Map<String, String> labels, Map<String, String> annotations) {

    public Metadata(
            @Nullable String name,
            @Nullable String resourceVersion,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, String> annotations) {
        this.name = Absent.text(name);
        this.resourceVersion = Absent.text(resourceVersion);
        this.labels = Absent.map(labels);
        this.annotations = Absent.map(annotations);
    }

    public static Metadata named(String name) {
        return new Metadata(name, "", Map.of(), Map.of());
    }
}
