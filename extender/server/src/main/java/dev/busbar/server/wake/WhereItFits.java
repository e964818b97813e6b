package dev.busbar.server.wake;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.workload.GpuAsk;
import java.util.BitSet;
import java.util.stream.IntStream;

/** Which nodes could serve an ask, by the same verdicts as the scheduler's questions are answered with. */
public record WhereItFits(ClusterState state, Verdicts verdicts) {
    BitSet nodes(ClusterSnapshot snapshot, GpuAsk ask) {
        var found =
                verdicts.on(snapshot, ask, IntStream.range(0, snapshot.size()).toArray());
        var fitting = new BitSet(found.size());
        for (int i = 0; i < found.size(); i++) {
            fitting.set(i, found.fits(i));
        }
        return fitting;
    }
}
