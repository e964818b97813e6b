/** What operators see of the extender in numbers. */
@NullMarked
package dev.busbar.server.metrics;

import org.jspecify.annotations.NullMarked;
