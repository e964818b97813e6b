/** PCI tree, NUMA nodes and network cards as the kernel shows them in a folder. */
@NullMarked
package dev.busbar.agent.sysfs;

import org.jspecify.annotations.NullMarked;
