/** The {@code translator} command. */
@NullMarked
package dev.busbar.translator.command;

import org.jspecify.annotations.NullMarked;
