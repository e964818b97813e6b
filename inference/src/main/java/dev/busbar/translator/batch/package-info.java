/** Sentences of many requests put together into batches that fit the memory given. */
@NullMarked
package dev.busbar.translator.batch;

import org.jspecify.annotations.NullMarked;
