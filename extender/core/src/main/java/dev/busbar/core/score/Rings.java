package dev.busbar.core.score;

import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.LinkMatrix;

/**
 * The rings that a collective can run over the GPUs of one set, best first. A ring visits each GPU once and is as fast
 * as its slowest link; it takes that much from each link it runs over. Among rings of equal speed the one that takes
 * the smallest share of its links goes first, since it leaves most to the next.
 *
 * <p>Found by depth-first search with a bound. On machines of up to eight GPUs the search ends by itself; on larger ones
 * it ends after {@value #MOST_STEPS} steps for all rings of a set together, and what was found by then counts.
 */
final class Rings {
    private static final int MOST_STEPS = 500;
    private static final int LARGEST_SEARCHED = 8;

    private final int size;
    private final double[] capacity;
    private final boolean[] nvLink;
    private final int[] path;
    private final int[] bestPath;
    private double bestSpeed;
    private double bestShare;
    private double leastShare;
    private double floor;
    private int steps;

    Rings(LinkMatrix links, GpuSet set) {
        size = set.count();
        steps = links.size() > LARGEST_SEARCHED ? MOST_STEPS : Integer.MAX_VALUE;
        capacity = new double[size * size];
        nvLink = new boolean[size * size];
        path = new int[size];
        bestPath = new int[size];
        int[] gpus = set.indices().toArray();
        for (int a = 0; a < size; a++) {
            for (int b = 0; b < size; b++) {
                if (a != b) {
                    capacity[a * size + b] = links.gigabytesPerSecond(gpus[a], gpus[b]);
                    nvLink[a * size + b] = links.link(gpus[a], gpus[b]) instanceof Link.NvLink;
                }
            }
        }
    }

    /** GB/s of the best single ring. */
    double best() {
        search();
        return bestSpeed;
    }

    /**
     * GB/s of the best ring and of the rings of NVLink alone over what it leaves.
     *
     * @param known what the best ring is known to have, 0 where it is not
     */
    double all(double known) {
        floor = known;
        double sum = best();
        floor = 0;
        if (bestSpeed <= 0) {
            return known;
        }
        while (true) {
            take();
            search();
            if (bestSpeed <= 0) {
                return sum;
            }
            sum += bestSpeed;
        }
    }

    /** Takes the best ring's speed from its NVLinks; from here on nothing but NVLink counts. */
    private void take() {
        for (int i = 0; i < size; i++) {
            int a = bestPath[i];
            int b = bestPath[(i + 1) % size];
            capacity[a * size + b] -= bestSpeed;
            capacity[b * size + a] = capacity[a * size + b];
        }
        for (int i = 0; i < capacity.length; i++) {
            if (!nvLink[i] || capacity[i] < 1e-9) {
                capacity[i] = 0;
            }
        }
    }

    private void search() {
        bestSpeed = 0;
        bestShare = Double.POSITIVE_INFINITY;
        double most = 0;
        for (double c : capacity) {
            most = Math.max(most, c);
        }
        if (most == 0 || someHasNoWayOn()) {
            return;
        }
        leastShare = 1 / most;
        path[0] = 0;
        extend(1, 1L, most, 0);
    }

    /** Whether a GPU of three or more has less than two links left, so that no ring can pass it. */
    private boolean someHasNoWayOn() {
        for (int gpu = 0; gpu < size && size > 2; gpu++) {
            int ways = 0;
            for (int other = 0; other < size; other++) {
                ways += capacity[gpu * size + other] > 0 ? 1 : 0;
            }
            if (ways < 2) {
                return true;
            }
        }
        return false;
    }

    private void extend(int length, long seen, double speed, double share) {
        int last = path[length - 1];
        if (length == size) {
            close(last, speed, share);
            return;
        }
        for (int next = 1; next < size && steps > 0; next++) {
            double link = capacity[last * size + next];
            if ((seen & (1L << next)) != 0 || link <= 0 || link < floor) {
                continue;
            }
            steps--;
            double slower = Math.min(speed, link);
            double more = share + 1 / link;
            if (mayWin(slower, more + (size - length) * leastShare)) {
                path[length] = next;
                extend(length + 1, seen | (1L << next), slower, more);
            }
        }
    }

    private void close(int last, double speed, double share) {
        double link = capacity[last * size];
        if (link <= 0 || link < floor) {
            return;
        }
        double slower = Math.min(speed, link);
        if (mayWin(slower, share + 1 / link)) {
            bestSpeed = slower;
            bestShare = share + 1 / link;
            System.arraycopy(path, 0, bestPath, 0, size);
        }
    }

    private boolean mayWin(double speed, double share) {
        return speed > bestSpeed || (speed == bestSpeed && share < bestShare - 1e-12);
    }
}
