/** Tests of a running translator that is scaled, upgraded and set anew, with the programs that do it in a cluster. */
@NullMarked
package dev.busbar.testclusters.scaling;

import org.jspecify.annotations.NullMarked;
