/** Which sets of GPUs could be given. */
@NullMarked
package dev.busbar.core.candidate;

import org.jspecify.annotations.NullMarked;
