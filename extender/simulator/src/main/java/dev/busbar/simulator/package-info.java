/** Replays clusters and streams of pods through the decisions of Busbar and of published policies; owns time. */
@NullMarked
package dev.busbar.simulator;

import org.jspecify.annotations.NullMarked;
