package dev.busbar.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What one filter and one prioritize cost the server over the wire, in CPU of its process: pods of twenty shapes in
 * turn, one node changed between any two calls, since each pod is bound after its pair and an older one ends.
 * {@code WireBenchmark [NODES] [PAIRS] [PAIRS BEFORE THEM]}
 */
public final class WireBenchmark {
    private static final String NAMES = "\"NodeNames\":[";

    /** After so many more pairs a pod ends. */
    private static final int LIVES = 200;

    /** What is done once in a pair is compiled for good after some 5,000 of them. */
    private static final int WARM_UP = 10_000;

    /** CPU is told in hundredths of a second, so it is read after so many pairs. */
    private static final int BLOCK = 100;

    private final int nodes;
    private final String names;
    private final List<String> pods = Shapes.pods();
    private long accepted;
    private int asked;

    private WireBenchmark(int nodes) {
        this.nodes = nodes;
        var order = new ArrayList<String>();
        for (int i = 0; i < nodes; i++) {
            order.add('"' + BigCluster.name(i) + '"');
        }
        // The scheduler's own order, which is not the alphabet's.
        Collections.shuffle(order, new Random(2));
        this.names = String.join(",", order);
    }

    public static void main(String[] args) throws IOException {
        int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 5000;
        int pairs = args.length > 1 ? Integer.parseInt(args[1]) : 2000;
        int before = args.length > 2 ? Integer.parseInt(args[2]) : WARM_UP;
        new WireBenchmark(nodes).run(before, pairs);
    }

    private void run(int before, int pairs) throws IOException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServedCluster.class.getName(),
                        Integer.toString(nodes))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                var changes = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8)) {
            try (var connection = new Connection(port(out))) {
                measure("first calls, nothing known", pods.size(), process, connection, changes);
                changes.println(ServedCluster.RENEWED);
                awaitLine(out, ServedCluster.RENEWED);
                measure("warm-up", before, process, connection, changes);
                measure("measured", pairs, process, connection, changes);
            }
        } finally {
            process.destroy();
        }
    }

    private static int port(BufferedReader out) throws IOException {
        return Integer.parseInt(awaitLine(out, ServedCluster.PORT).substring(ServedCluster.PORT.length()));
    }

    private static String awaitLine(BufferedReader out, String start) throws IOException {
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(start)) {
                return line;
            }
        }
        throw new IOException("the server ended too early");
    }

    private void measure(String what, int pairs, Process process, Connection connection, PrintStream changes)
            throws IOException {
        var filter = new long[pairs];
        var prioritize = new long[pairs];
        var blocks = new double[Math.max(1, pairs / BLOCK)];
        accepted = 0;
        var begun = cpu(process);
        var before = begun;
        for (int i = 0; i < pairs; i++) {
            var pod = pods.get(asked % pods.size()).replace(Shapes.UID, uid(asked));
            pair(pod, connection, changes, i, filter, prioritize);
            asked++;
            if ((i + 1) % BLOCK == 0) {
                var now = cpu(process);
                blocks[i / BLOCK] = now.minus(before).toNanos() / 1e6 / BLOCK;
                before = now;
            }
        }
        var spent = cpu(process).minus(begun);
        Arrays.sort(blocks);
        System.out.printf(
                Locale.ROOT,
                """
                %s: %d nodes, %d pairs, %d nodes accepted on average
                  server CPU per pair: mean %.2f ms; of blocks of %d pairs least %.2f, median %.2f, most %.2f ms
                  filter p50 %.2f p99 %.2f ms, prioritize p50 %.2f p99 %.2f ms
                """,
                what,
                nodes,
                pairs,
                accepted / pairs,
                spent.toNanos() / 1e6 / pairs,
                BLOCK,
                blocks[0],
                blocks[blocks.length / 2],
                blocks[blocks.length - 1],
                quantile(filter, 0.5),
                quantile(filter, 0.99),
                quantile(prioritize, 0.5),
                quantile(prioritize, 0.99));
    }

    private static String uid(int pod) {
        return "f73c6ab7-93a8-4d3c-9b44-%012d".formatted(pod);
    }

    private void pair(String pod, Connection connection, PrintStream changes, int i, long[] filter, long[] prioritize)
            throws IOException {
        if (asked > 0) {
            changes.println("bound " + uid(asked - 1));
        }
        long start = System.nanoTime();
        var answer = connection.call("filter", args(pod, names));
        filter[i] = System.nanoTime() - start;
        int from = answer.indexOf(NAMES) + NAMES.length();
        var fitting = answer.substring(from, answer.indexOf(']', from));
        if (!answer.startsWith("{" + NAMES) || fitting.isEmpty()) {
            throw new IOException("filter accepted no node: " + answer.substring(0, Math.min(300, answer.length())));
        }
        accepted += fitting.chars().filter(c -> c == ',').count() + 1;
        if (asked >= LIVES) {
            changes.println("ended " + uid(asked - LIVES));
        }
        start = System.nanoTime();
        var scores = connection.call("prioritize", args(pod, fitting));
        prioritize[i] = System.nanoTime() - start;
        if (scores.indexOf("\"Score\":10}") < 0) {
            throw new IOException(
                    "prioritize has no best node: " + scores.substring(0, Math.min(300, scores.length())));
        }
    }

    private static String args(String pod, String names) {
        return "{\"Pod\":" + pod + ",\"Nodes\":null," + NAMES + names + "]}";
    }

    private static Duration cpu(Process process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    private static double quantile(long[] nanos, double part) {
        var sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[(int) (part * (sorted.length - 1))] / 1e6;
    }
}
