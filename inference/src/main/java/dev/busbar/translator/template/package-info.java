/** Jinja as far as chat templates go: text, output, set, if and for over plain values. */
@NullMarked
package dev.busbar.translator.template;

import org.jspecify.annotations.NullMarked;
