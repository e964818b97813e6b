/** Explanations as JSON: one shape, whether the command or a running server gives them. */
@NullMarked
package dev.busbar.server.explain;

import org.jspecify.annotations.NullMarked;
