/** What the agent tells those who run it: whether it is well, and numbers for Prometheus. */
@NullMarked
package dev.busbar.agent.ops;

import org.jspecify.annotations.NullMarked;
