package dev.busbar.core.workload;

/** What a pod's own text says it wants: an ask, or words that make none. */
public sealed interface Demand {
    /** What is asked; nothing where the words make no ask. */
    GpuAsk ask();

    /** A pod that can be placed. */
    record Asks(GpuAsk ask) implements Demand {}

    /**
     * A pod that no node can serve as it is written.
     *
     * @param found what stands there instead
     * @param ask what can be read of it all the same; a pod that runs already holds that
     */
    record Malformed(Flaw flaw, String found, GpuAsk ask) implements Demand {
        public Malformed(Flaw flaw, String found) {
            this(flaw, found, GpuAsk.none(0, 0));
        }

        /** What the pod's owner is told: constant for as long as the pod is. */
        public String text() {
            return flaw == Flaw.UNKNOWN_KEY ? flaw.text() + ": " + found : flaw.text();
        }
    }

    /** What is wrong; the text is constant, since a changing reason makes kube-scheduler try without pause. */
    enum Flaw {
        COUNT("the pod's GPU count must be a whole number from 1 to 64"),
        SHARE("the pod's GPU share must be memory above 0, or 1 to 1000 milli"),
        MIXED("the pod asks whole GPUs and a share, or GPUs of two kinds; it may ask one kind"),
        MIN_BANDWIDTH("busbar.dev/min-bandwidth must be GB/s, such as 200"),
        LINK("busbar.dev/link must be any, nvlink or none"),
        NUMA("busbar.dev/numa must be any, prefer or single"),
        RDMA("busbar.dev/rdma must be none, prefer or require"),
        PRODUCT("busbar.dev/gpu-product must be words separated by |, such as A100|H100"),
        INTENT("busbar.dev/intent must be pack, fast or spread"),
        UNKNOWN_KEY("the pod has a busbar.dev key that Busbar does not know"),
        AMOUNT("a resource amount of the pod is no Kubernetes quantity");

        private final String text;

        Flaw(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
