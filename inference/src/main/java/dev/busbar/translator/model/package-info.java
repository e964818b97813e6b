/** Model folders and ONNX Runtime: the only package that knows the runtime. */
@NullMarked
package dev.busbar.translator.model;

import org.jspecify.annotations.NullMarked;
