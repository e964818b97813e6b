package dev.busbar.testclusters.e2e;

import dev.busbar.testclusters.Busbar;

/**
 * Learns from Busbar's refusals how many GPUs it takes for free on a node, so that a test begins when Busbar has seen
 * what the test laid out.
 */
record Probe(Busbar busbar, String node, String resource) {
    /** More than any node has, so the claim that a good answer made is dropped again. */
    private static final int TOO_MANY = 60;

    boolean sees(int free) {
        var sees = (free == 0 || fits(free)) && !fits(free + 1);
        return sees && !fits(TOO_MANY);
    }

    boolean knowsNothing() {
        return answer(TOO_MANY).contains("does not know this node");
    }

    private boolean fits(int gpus) {
        return answer(gpus).contains("\"NodeNames\":[\"" + node + "\"]");
    }

    private String answer(int gpus) {
        return busbar.post("/filter", """
            {"Pod": {"metadata": {"name": "probe", "namespace": "default", "uid": "probe"},
             "spec": {"containers": [{"name": "main", "resources": {"limits": {"%s": "%d"}}}]}},
             "Nodes": null, "NodeNames": ["%s"]}\
            """.formatted(resource, gpus, node));
    }
}
