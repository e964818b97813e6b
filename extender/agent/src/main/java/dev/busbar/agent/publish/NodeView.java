package dev.busbar.agent.publish;

/**
 * What the agent needs of its Node object: whether the stock device plugin gives out GPUs there, and how many
 * {@code busbar.dev/gpu} the node's status shows. -1 stands for a resource that the status does not have.
 */
public record NodeView(long devicePluginGpus, long busbarCapacity, long busbarAllocatable) {

    public boolean hasDevicePlugin() {
        return devicePluginGpus >= 0;
    }

    public boolean advertises(int gpus) {
        return busbarCapacity == gpus && busbarAllocatable == gpus;
    }

    /** Nothing of ours stands there, neither a number nor a zero. */
    public boolean isUntouched() {
        return busbarCapacity < 0 && busbarAllocatable < 0;
    }
}
