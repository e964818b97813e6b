package dev.busbar.simulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A list of jobs on one server: first come, first served, and the head of the line blocks. A job that ends at a tick
 * is gone before one starts at that tick.
 */
final class Jobs {
    /** A job as listed. */
    record Job(int number, int gpus, long ticks, boolean sensitive) {}

    /** A job as it ran; the set is a bit mask. */
    record Ran(Job job, long start, int set, double bottleneck, double bestFree) {
        long end() {
            return start + job.ticks();
        }
    }

    private Jobs() {}

    static List<Job> read(Path file, Server server) {
        var jobs = new ArrayList<Job>();
        for (var row : Csv.read(file).rows()) {
            var job = new Job(jobs.size() + 1, row.number("gpus"), row.number("ticks"), sensitive(row));
            if (job.gpus() < 1 || job.gpus() > server.size() || job.ticks() < 1) {
                throw row.wrong("a job needs 1 to %d GPUs and at least 1 tick, not %d and %d"
                        .formatted(server.size(), job.gpus(), job.ticks()));
            }
            jobs.add(job);
        }
        return jobs;
    }

    private static boolean sensitive(Csv.Row row) {
        return switch (row.text("sensitive")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw row.wrong("sensitive (%s) must be true or false".formatted(row.text("sensitive")));
        };
    }

    static List<Ran> run(List<Job> jobs, Server server, SetPolicy policy) {
        var bottlenecks = Bottlenecks.of(server);
        var running = new PriorityQueue<Ran>(Comparator.comparingLong(Ran::end));
        var ran = new ArrayList<Ran>();
        int free = (1 << server.size()) - 1;
        long now = 0;
        for (Job job : jobs) {
            while (Integer.bitCount(free) < job.gpus() || endsBy(running, now)) {
                Ran ended = running.remove();
                now = Math.max(now, ended.end());
                free |= ended.set();
                policy.ended(ended.job());
            }
            int set = policy.choose(job, free);
            var started = new Ran(job, now, set, bottlenecks.of(set), bottlenecks.best(free, job.gpus()));
            free &= ~set;
            running.add(started);
            ran.add(started);
        }
        return ran;
    }

    private static boolean endsBy(PriorityQueue<Ran> running, long now) {
        return !running.isEmpty() && running.element().end() <= now;
    }

    /** The mean bottleneck in GB/s of the jobs that are, or are not, sensitive to it. */
    static double meanBottleneck(List<Ran> ran, boolean sensitive) {
        return ran.stream()
                .filter(each -> each.job().sensitive() == sensitive)
                .mapToDouble(Ran::bottleneck)
                .average()
                .orElse(0);
    }
}
