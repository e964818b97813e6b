/** GPU memory that dcgm-exporter measured, asked of a Prometheus. */
@NullMarked
package dev.busbar.server.prometheus;

import org.jspecify.annotations.NullMarked;
