package dev.busbar.core.placement;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import java.util.HashMap;
import java.util.Map;

/**
 * Predicts which devices the stock device plugin chooses. Its allocator does not look for the best set: it divides all
 * free devices into sets of the size that is asked, such that the points of all sets together are the most, and takes
 * the best set of that division. The first wins among equals, in the order in which the kubelet names the devices; since
 * that begins anywhere, ascending order is as good a guess as any.
 *
 * <p>Of more free devices than {@value #MOST_DIVIDED} the best set counts, without the division: the plugin itself
 * searches for seconds there, and we may not. Choices are kept per link matrix, so that machines of one kind are asked
 * about once. Not thread-safe.
 */
final class StockPlugin {
    /** Up to so many, the divisions are some thousand steps. */
    private static final int MOST_DIVIDED = 8;

    /** More subsets than these are not compared; then the first devices are as good a guess as any. */
    private static final long MOST_SUBSETS = 20_000;

    private static final int MOST_KEPT = 1 << 14;

    private record Question(LinkMatrix links, GpuSet free, int count) {}

    private final Map<Question, GpuSet> kept = new HashMap<>();

    /** The set of so many of the free GPUs, which are at least as many. */
    GpuSet choice(LinkMatrix links, GpuSet free, int count) {
        if (count == 1 || count == free.count()) {
            return firstOf(free, count);
        }
        if (kept.size() >= MOST_KEPT) {
            kept.clear();
        }
        return kept.computeIfAbsent(new Question(links, free, count), StockPlugin::search);
    }

    private static GpuSet search(Question question) {
        var free = question.free();
        if (free.count() <= MOST_DIVIDED) {
            return new PluginDivisions(question.links(), free, question.count()).bestOfBest();
        }
        return CandidateSets.count(free.count(), question.count()) <= MOST_SUBSETS
                ? best(new PluginPoints(question.links()), free, question.count())
                : firstOf(free, question.count());
    }

    private static GpuSet firstOf(GpuSet free, int count) {
        return new GpuSet(Long.expand(GpuSet.first(count).bits(), free.bits()));
    }

    private static GpuSet best(PluginPoints points, GpuSet free, int count) {
        long best = 0;
        int most = -1;
        for (var sets = new CandidateSets(free, count); sets.next(); ) {
            int sum = points.of(sets.bits());
            if (sum > most) {
                most = sum;
                best = sets.bits();
            }
        }
        return new GpuSet(best);
    }
}
