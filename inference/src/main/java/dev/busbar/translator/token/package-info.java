/** Text to token ids and back, by the files a model folder brings. */
@NullMarked
package dev.busbar.translator.token;

import org.jspecify.annotations.NullMarked;
