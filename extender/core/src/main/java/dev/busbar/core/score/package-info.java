/** How good a set is for the pod that gets it, and what giving it away costs the cluster. */
@NullMarked
package dev.busbar.core.score;

import org.jspecify.annotations.NullMarked;
