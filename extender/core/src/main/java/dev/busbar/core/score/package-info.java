/** How good a GPU set is for a pod, and what giving it away costs the pods to come. */
@NullMarked
package dev.busbar.core.score;

import org.jspecify.annotations.NullMarked;
