/** Shows that the control plane for tests is a real one, and leaves nothing behind. */
@NullMarked
package dev.busbar.testclusters;

import org.jspecify.annotations.NullMarked;
