package dev.busbar.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.placement.TopologyManager.Admission;
import dev.busbar.core.placement.TopologyManager.Supply;
import dev.busbar.core.topology.KubeletPolicies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our prediction beside the kubelet's own policies, which a small Go program asks, on random machines and asks. */
class TopologyManagerIT {
    private static final int CASES = 20_000;
    private static final long SEED = 11;
    private static final Path CONTROL_PLANE =
            Path.of("../../test-clusters/control-plane").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private record Case(KubeletPolicies.TopologyManager policy, List<Supply> supplies) {
        private static final List<KubeletPolicies.TopologyManager> POLICIES =
                List.of(KubeletPolicies.TopologyManager.values());

        /** Up to eight NUMA nodes; some hold no GPU; some CPUs and some GPUs are taken. */
        static Case random(Random random) {
            int numa = List.of(1, 2, 2, 4, 4, 6).get(random.nextInt(6));
            var supplies = new ArrayList<Supply>();
            supplies.add(supply(random, numa, 4, 8));
            if (random.nextBoolean()) {
                supplies.add(supply(random, numa, 32, 96));
            }
            if (numa <= 4 && random.nextInt(4) == 0) {
                supplies.add(supply(random, numa, 64, 200));
            }
            return new Case(POLICIES.get(random.nextInt(POLICIES.size())), supplies);
        }

        private static Supply supply(Random random, int numa, int most, int ask) {
            var total = IntStream.range(0, numa)
                    .mapToObj(i -> (long) random.nextInt(most + 1) + (i == 0 ? 1 : 0))
                    .toList();
            var free = random.nextInt(3) == 0
                    ? total
                    : total.stream()
                            .map(all -> (long) random.nextInt(all.intValue() + 1))
                            .toList();
            int sum = total.stream().mapToInt(Long::intValue).sum();
            return new Supply(total, free, 1 + random.nextInt(Math.min(ask, sum)));
        }

        String json() {
            var resources = supplies.stream()
                    .map(supply -> "{\"total\":%s,\"free\":%s,\"asked\":%d}"
                            .formatted(supply.total(), supply.free(), supply.asked()))
                    .collect(Collectors.joining(",", "[", "]"));
            var name = policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
            return "{\"policy\":\"%s\",\"resources\":%s}".formatted(name, resources);
        }

        /** Our answer in the words of the program, with the mask only where NUMA nodes are preferred. */
        boolean admits() {
            return switch (TopologyManager.admission(policy, supplies)) {
                case Admission.Anywhere anywhere -> true;
                case Admission.Aligned aligned -> true;
                case Admission.RefusedNow now -> false;
                case Admission.RefusedAlways always -> false;
            };
        }
    }

    @Test
    void we_predict_what_the_kubelets_policies_answer() throws Exception {
        var random = new Random(SEED);
        var cases = IntStream.range(0, CASES).mapToObj(i -> Case.random(random)).toList();

        var answers = ask(cases);

        int refused = 0;
        int aligned = 0;
        for (int i = 0; i < CASES; i++) {
            var each = cases.get(i);
            var when = "seed %d, case %d: %s -> %s".formatted(SEED, i, each.json(), answers.get(i));
            assertThat(each.admits()).as(when).isEqualTo(answers.get(i).contains("\"admit\":true"));
            refused += each.admits() ? 0 : 1;
            if (TopologyManager.admission(each.policy(), each.supplies()) instanceof Admission.Aligned on
                    && !isAllNodes(each, on.mask())) {
                aligned++;
                assertThat(answers.get(i)).as(when).contains("\"mask\":" + on.mask() + "}");
            }
        }
        assertThat(refused).isGreaterThan(CASES / 10);
        assertThat(aligned).isGreaterThan(CASES / 10);
    }

    /** One NUMA node alone is all of them: there the single-numa-node policy names none. */
    private static boolean isAllNodes(Case each, int mask) {
        return mask == (1 << each.supplies().getFirst().total().size()) - 1;
    }

    private List<String> ask(List<Case> cases) throws IOException, InterruptedException {
        var program = folder.resolve("topology-oracle");
        var questions = folder.resolve("questions");
        var answers = folder.resolve("answers");
        run(new ProcessBuilder(
                "go", "build", "-trimpath", "-buildvcs=false", "-o", program.toString(), "./cmd/topology-oracle"));
        Files.write(questions, cases.stream().map(Case::json).toList(), StandardCharsets.UTF_8);
        run(new ProcessBuilder(program.toString())
                .redirectInput(questions.toFile())
                .redirectOutput(answers.toFile()));
        return Files.readAllLines(answers, StandardCharsets.UTF_8);
    }

    private void run(ProcessBuilder builder) throws IOException, InterruptedException {
        var log = folder.resolve("log");
        var process = builder.directory(CONTROL_PLANE.toFile())
                .redirectError(log.toFile())
                .start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES))
                .as("%s ends", builder.command())
                .isTrue();
        assertThat(process.exitValue())
                .as("%s: %s", builder.command(), Files.readString(log))
                .isZero();
    }
}
