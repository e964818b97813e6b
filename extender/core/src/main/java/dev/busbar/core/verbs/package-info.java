/** The four questions that kube-scheduler asks, and the two that people ask: why, and what if. */
@NullMarked
package dev.busbar.core.verbs;

import org.jspecify.annotations.NullMarked;
