/** From next-token scores to sentences: greedy and beam search over the StepModel port. */
@NullMarked
package dev.busbar.translator.decode;

import org.jspecify.annotations.NullMarked;
