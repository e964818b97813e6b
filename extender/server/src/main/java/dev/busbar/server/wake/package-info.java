/** Waiting pods that may fit by now, and how kube-scheduler is brought to look at them again. */
@NullMarked
package dev.busbar.server.wake;

import org.jspecify.annotations.NullMarked;
