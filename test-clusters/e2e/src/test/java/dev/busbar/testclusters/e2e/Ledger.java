package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The books of a cluster, closed from the API server's objects alone: who holds which GPU, and does it add up. */
record Ledger(Wiring wiring, List<Held> pods) {
    /** Every pod got what it asked on its own node, and no GPU was given twice. */
    void balances(Map<String, Integer> pluginGpusOfNodes) {
        var wholeOwner = new HashMap<String, String>();
        var sharedMebibytes = new HashMap<String, Long>();
        var pluginUse = new HashMap<String, Integer>();
        for (var pod : pods) {
            gotWhatItAsked(pod);
            if (pod.whole() > 0) {
                pod.gpus()
                        .forEach(gpu -> assertThat(wholeOwner.put(gpu, pod.pod()))
                                .as("GPU %s of pod %s has no other owner", gpu, pod.pod())
                                .isNull());
            }
            if (pod.mebibytes() > 0) {
                sharedMebibytes.merge(pod.gpus().getFirst(), pod.mebibytes(), Long::sum);
            }
            pluginUse.merge(pod.node(), pod.ofThePlugin(), Integer::sum);
        }
        assertThat(sharedMebibytes.keySet()).as("shared GPUs without an owner").noneMatch(wholeOwner::containsKey);
        sharedMebibytes.forEach((gpu, promised) -> assertThat(promised)
                .as("memory promised of GPU %s", gpu)
                .isLessThanOrEqualTo(wiring.place(gpu).mebibytes()));
        pluginUse.forEach((node, used) -> assertThat(used)
                .as("nvidia.com/gpu in use on %s", node)
                .isLessThanOrEqualTo(pluginGpusOfNodes.getOrDefault(node, 0)));
    }

    private void gotWhatItAsked(Held pod) {
        int asked = pod.mebibytes() > 0 ? 1 : pod.whole();
        assertThat(pod.gpus()).as("GPUs of pod %s", pod.pod()).hasSize(asked).doesNotHaveDuplicates();
        assertThat(pod.gpus())
                .as("GPUs of pod %s on node %s", pod.pod(), pod.node())
                .allMatch(gpu -> wiring.place(gpu).node().equals(pod.node()));
    }
}
