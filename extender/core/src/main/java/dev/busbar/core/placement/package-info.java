/** The decision on one node, and the order of nodes. */
@NullMarked
package dev.busbar.core.placement;

import org.jspecify.annotations.NullMarked;
