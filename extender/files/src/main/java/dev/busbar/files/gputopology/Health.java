package dev.busbar.files.gputopology;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a GPU runs as it should, with less than it has, or not at all. */
public enum Health {
    @JsonProperty("healthy")
    HEALTHY,
    @JsonProperty("degraded")
    DEGRADED,
    @JsonProperty("lost")
    LOST
}
