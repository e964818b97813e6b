/** Text before and after a model: sentences, markup, placeholders, languages. */
@NullMarked
package dev.busbar.translator.text;

import org.jspecify.annotations.NullMarked;
