/** What is true now and what we promised: nodes, holdings, and the one type that changes. */
@NullMarked
package dev.busbar.core.cluster;

import org.jspecify.annotations.NullMarked;
