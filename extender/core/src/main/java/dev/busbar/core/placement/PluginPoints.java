package dev.busbar.core.placement;

import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.LinkMatrix;

/**
 * The points that the stock device plugin gives to GPUs, for each two of a set: 100 per NVLink lane between them, and 10
 * to 50 for the PCIe path. Behind NVSwitches it sees no lanes between GPUs, so that there the paths alone decide.
 */
final class PluginPoints {
    private final int size;
    private final int[] pairs;

    PluginPoints(LinkMatrix links) {
        this.size = links.size();
        this.pairs = new int[size * size];
        for (int a = 0; a < size; a++) {
            for (int b = 0; b < size; b++) {
                pairs[a * size + b] = a == b ? 0 : lanes(links, a, b) + path(links.crossing(a, b));
            }
        }
    }

    private static int lanes(LinkMatrix links, int a, int b) {
        return links.link(a, b) instanceof Link.NvLink nv && !links.switched() ? 100 * nv.lanes() : 0;
    }

    private static int path(Crossing crossing) {
        return switch (crossing) {
            case PIX -> 50;
            case PXB -> 40;
            case PHB -> 30;
            case NODE -> 20;
            case SYS -> 10;
        };
    }

    int of(long set) {
        int sum = 0;
        for (long rest = set; rest != 0; rest &= rest - 1) {
            sum += between(Long.numberOfTrailingZeros(rest), rest & (rest - 1));
        }
        return sum;
    }

    /** Between one GPU and each of the others. */
    int between(int gpu, long others) {
        int sum = 0;
        for (long rest = others; rest != 0; rest &= rest - 1) {
            sum += pairs[gpu * size + Long.numberOfTrailingZeros(rest)];
        }
        return sum;
    }
}
