package dev.busbar.agent.publish;

import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Cluster} by plain requests to the API server. */
public final class KubeCluster implements Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(KubeCluster.class);
    private static final String TOPOLOGIES = "/apis/busbar.dev/v1alpha1/gputopologies";
    private static final String JSON = "application/json";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final ApiServer server;

    public KubeCluster(ApiServer server) {
        this.server = server;
    }

    @Override
    public Outcome read(String node) {
        return topology(server.get(TOPOLOGIES + "/" + node));
    }

    @Override
    public Outcome create(GpuTopology topology) {
        return topology(server.send(TOPOLOGIES, "POST", JSON, GpuTopologyCodec.toJson(topology)));
    }

    @Override
    public Outcome replaceSpec(GpuTopology topology) {
        var patch = """
            [{"op":"test","path":"/metadata/resourceVersion","value":"%s"},
             {"op":"add","path":"/spec","value":%s}]\
            """.formatted(topology.metadata().resourceVersion(), GpuTopologyCodec.toJson(topology.spec()));
        return topology(server.send(TOPOLOGIES + "/" + topology.node(), "PATCH", JSON_PATCH, patch));
    }

    @Override
    public Outcome replaceStatus(GpuTopology topology) {
        var patch = "[{\"op\":\"add\",\"path\":\"/status\",\"value\":%s}]"
                .formatted(GpuTopologyCodec.toJson(topology.status()));
        return topology(server.send(TOPOLOGIES + "/" + topology.node() + "/status", "PATCH", JSON_PATCH, patch));
    }

    @Override
    public boolean advertise(String node, int gpus) {
        var patch = """
            {"status":{"capacity":{"busbar.dev/gpu":"%d"},"allocatable":{"busbar.dev/gpu":"%d"}}}\
            """.formatted(gpus, gpus);
        var reply = server.send("/api/v1/nodes/" + node + "/status", "PATCH", MERGE_PATCH, patch);
        if (reply.code() != 200) {
            LOG.warn("Node status refused; trying again node={} reason={}", node, reply.reason());
            return false;
        }
        LOG.info("Advertised busbar.dev/gpu node={} gpus={}", node, gpus);
        return true;
    }

    private static Outcome topology(ApiServer.Reply reply) {
        return switch (reply.code()) {
            case 200, 201 -> standing(reply.body());
            case 404 -> new Outcome.Absent();
            default -> new Outcome.Failed(reply.reason());
        };
    }

    private static Outcome standing(String body) {
        try {
            return new Outcome.Stands(GpuTopologyCodec.fromApi(body));
        } catch (IllegalArgumentException e) {
            return new Outcome.Failed("its answer is no GpuTopology: " + e.getMessage());
        }
    }
}
