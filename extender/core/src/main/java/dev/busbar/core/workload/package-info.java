/** What a pod asks: GPUs or a share of one, and what must or should hold of them. */
@NullMarked
package dev.busbar.core.workload;

import org.jspecify.annotations.NullMarked;
