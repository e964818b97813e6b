package dev.busbar.core.score;

import java.util.BitSet;

/**
 * Which sets of one machine's GPUs have a ring. A path that visits all of a set begins at its lowest GPU; where it may
 * end follows from the sets that are smaller by one. Any two GPUs are linked at first; each step keeps to fewer links,
 * and looks only where there were paths before. Not thread-safe.
 */
final class RingSets {
    /** By set: the GPUs at which such a path may end. */
    private final int[] ends;

    private final int all;

    RingSets(int gpus) {
        this.ends = new int[1 << gpus];
        this.all = ends.length - 1;
        for (int set = 1; set < ends.length; set++) {
            int first = Integer.lowestOneBit(set);
            ends[set] = set == first ? set : set & ~first;
        }
    }

    /**
     * The sets of three or more that have a ring over links to these neighbours.
     *
     * @param neighbours by GPU, as bit masks; each a part of those of the step before
     */
    BitSet over(int[] neighbours) {
        var rings = new BitSet(ends.length);
        if (areComplete(neighbours)) {
            rings.set(0, ends.length);
            rings.clear(0);
            for (int a = 0; a < neighbours.length; a++) {
                for (int b = a; b < neighbours.length; b++) {
                    rings.clear(1 << a | 1 << b);
                }
            }
            return rings;
        }
        for (int set = 0b11; set < ends.length; set++) {
            int first = Integer.lowestOneBit(set);
            int left = 0;
            for (int rest = set == first ? 0 : ends[set]; rest != 0; rest &= rest - 1) {
                int last = Integer.lowestOneBit(rest);
                if ((ends[set & ~last] & neighbours[Integer.numberOfTrailingZeros(last)]) != 0) {
                    left |= last;
                }
            }
            if (set != first) {
                ends[set] = left;
                rings.set(set, (left & neighbours[Integer.numberOfTrailingZeros(first)]) != 0 && isThreeOrMore(set));
            }
        }
        return rings;
    }

    private boolean areComplete(int[] neighbours) {
        for (int gpu = 0; gpu < neighbours.length; gpu++) {
            if (neighbours[gpu] != (all & ~(1 << gpu))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isThreeOrMore(int set) {
        int rest = set & (set - 1);
        return (rest & (rest - 1)) != 0;
    }
}
