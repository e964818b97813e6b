package dev.busbar.server.lease;

import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.verbs.Promise;
import dev.busbar.core.workload.PodKey;

/** Writes Bindings for as long as this Busbar decides: what was decided before it was stopped is not written after. */
public record OnlyInOffice(PodWriter writer, Tenure tenure) implements PodWriter {
    @Override
    public WriteOutcome bind(Promise promise) {
        return tenure.missing().<WriteOutcome>map(WriteOutcome.Refused::new).orElseGet(() -> writer.bind(promise));
    }

    @Override
    public Standing read(PodKey pod) {
        return writer.read(pod);
    }
}
