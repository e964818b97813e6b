/** The ONNX file format: reading, building and rewriting graphs without running them. */
@NullMarked
package dev.busbar.translator.onnx;

import org.jspecify.annotations.NullMarked;
