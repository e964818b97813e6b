/** Writes what the agent saw to the API server: seldom, and only what changed. */
@NullMarked
package dev.busbar.agent.publish;

import org.jspecify.annotations.NullMarked;
