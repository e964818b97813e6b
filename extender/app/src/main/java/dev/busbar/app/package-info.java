/** The {@code busbar} command: one class per verb, each of which hands its work to the modules below. */
@NullMarked
package dev.busbar.app;

import org.jspecify.annotations.NullMarked;
