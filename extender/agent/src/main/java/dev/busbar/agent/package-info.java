/** The node agent: reads what the node is made of and how it is used, and publishes it as the node's GpuTopology. */
@NullMarked
package dev.busbar.agent;

import org.jspecify.annotations.NullMarked;
