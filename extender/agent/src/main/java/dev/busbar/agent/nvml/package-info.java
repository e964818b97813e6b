/** The GPUs as the driver's management library describes them, called in place and never waited for without end. */
@NullMarked
package dev.busbar.agent.nvml;

import org.jspecify.annotations.NullMarked;
