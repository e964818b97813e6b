/** The manifests, as an administrator applies them, on a real control plane. */
@NullMarked
package dev.busbar.testclusters.stack;

import org.jspecify.annotations.NullMarked;
