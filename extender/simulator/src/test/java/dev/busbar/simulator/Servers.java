package dev.busbar.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Machines for tests, and the plain way to find their rings. */
final class Servers {
    private Servers() {}

    static Server random(Path folder, int gpus, SplittableRandom random) throws IOException {
        var csv = new StringBuilder("from,to,gbps\n");
        for (int a = 1; a <= gpus; a++) {
            csv.append("%d,%d,0\n".formatted(a, a));
            for (int b = a + 1; b <= gpus; b++) {
                int speed = random.nextInt(4) * 25;
                if (speed > 0) {
                    csv.append("%d,%d,%d\n".formatted(a, b, speed));
                }
            }
        }
        Path file = folder.resolve("server.csv");
        Files.writeString(file, csv);
        return Server.read(file);
    }

    /** The slowest link of the best ring, by trying all. */
    static double everyRing(Server server, int set) {
        if (Integer.bitCount(set) < 2) {
            return 0;
        }
        int first = Integer.lowestOneBit(set);
        return extended(server, set & ~first, first, first, Double.MAX_VALUE);
    }

    private static double extended(Server server, int left, int last, int first, double slowest) {
        int from = Integer.numberOfTrailingZeros(last);
        if (left == 0) {
            return Math.min(slowest, server.gbps(from, Integer.numberOfTrailingZeros(first)));
        }
        double best = 0;
        for (int rest = left; rest != 0; rest &= rest - 1) {
            int next = Integer.lowestOneBit(rest);
            double link = server.gbps(from, Integer.numberOfTrailingZeros(next));
            best = Math.max(best, extended(server, left & ~next, next, first, Math.min(slowest, link)));
        }
        return best;
    }
}
