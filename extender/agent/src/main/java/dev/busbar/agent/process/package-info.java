/** Which pod a process of this machine belongs to. */
@NullMarked
package dev.busbar.agent.process;

import org.jspecify.annotations.NullMarked;
