/** What a node is made of: GPUs, the links between them, NUMA nodes and network cards. */
@NullMarked
package dev.busbar.core.topology;

import org.jspecify.annotations.NullMarked;
