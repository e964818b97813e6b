package dev.busbar.server.prometheus;

import dev.busbar.server.prometheus.Prometheus.Series;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The questions about dcgm-exporter's metrics: used memory of each GPU in MiB, and when it was scraped. */
final class DcgmMemory {
    private static final double MOST_MEBIBYTES = 1 << 30;
    // The exporter has written the host's name under both; a share of a GPU repeats its value once per pod.
    private static final String PER_GPU = "by (UUID, gpu, hostname, Hostname) ";
    // GPU_I_ID names a MIG instance.
    private static final String USED = "DCGM_FI_DEV_FB_USED{GPU_I_ID=\"\"}";
    private static final String RESERVED = "DCGM_FI_DEV_FB_RESERVED{GPU_I_ID=\"\"}";
    static final String SCRAPED = "min %s(timestamp(%s))".formatted(PER_GPU, USED);
    // What the driver keeps for itself is not free either; not every exporter tells it.
    static final String TAKEN = "max %1$s(%2$s) + max %1$s(%3$s) or max %1$s(%2$s)".formatted(PER_GPU, USED, RESERVED);

    private final Prometheus prometheus;

    DcgmMemory(Prometheus prometheus) {
        this.prometheus = prometheus;
    }

    /** One GPU's used memory; the index is -1 where the exporter does not tell it. */
    record Sample(String uuid, String host, int index, long usedBytes, Instant at) {}

    List<Sample> samples() throws IOException, InterruptedException {
        // In this order: a scrape between the two makes a sample look older than it is, never younger.
        var scraped = new HashMap<Map<String, String>, Series>();
        prometheus.query(SCRAPED).forEach(series -> scraped.put(series.labels(), series));
        var samples = new ArrayList<Sample>();
        for (var taken : prometheus.query(TAKEN)) {
            var time = scraped.get(taken.labels());
            if (time != null && taken.value() >= 0 && taken.value() < MOST_MEBIBYTES) {
                samples.add(sample(taken, Instant.ofEpochMilli((long) (time.value() * 1000))));
            }
        }
        return samples;
    }

    private static Sample sample(Series taken, Instant at) {
        var host = taken.label("hostname").isEmpty() ? taken.label("Hostname") : taken.label("hostname");
        var index = taken.label("gpu");
        return new Sample(
                taken.label("UUID"),
                host,
                index.matches("[0-9]{1,2}") ? Integer.parseInt(index) : -1,
                (long) (taken.value() * (1 << 20)),
                at);
    }
}
