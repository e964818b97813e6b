/** The GpuTopology object of the API group {@code busbar.dev/v1alpha1} as records, and as YAML. */
@NullMarked
package dev.busbar.files.gputopology;

import org.jspecify.annotations.NullMarked;
