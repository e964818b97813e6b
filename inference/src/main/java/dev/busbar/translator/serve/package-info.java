/** The HTTP face of the translator. */
@NullMarked
package dev.busbar.translator.serve;

import org.jspecify.annotations.NullMarked;
