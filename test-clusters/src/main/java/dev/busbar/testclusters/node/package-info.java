/** Nodes that are real: kubelet, containerd and containers on this machine, with GPUs that only the driver's stand-in has. */
@NullMarked
package dev.busbar.testclusters.node;

import org.jspecify.annotations.NullMarked;
