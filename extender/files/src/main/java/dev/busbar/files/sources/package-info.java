/** What others already publish about a node's GPUs, each source read into a GpuTopology object of our own. */
@NullMarked
package dev.busbar.files.sources;

import org.jspecify.annotations.NullMarked;
