/** Busbar end to end with nodes that are real: nothing but tests stands here. */
@NullMarked
package dev.busbar.testclusters.e2enode;

import org.jspecify.annotations.NullMarked;
