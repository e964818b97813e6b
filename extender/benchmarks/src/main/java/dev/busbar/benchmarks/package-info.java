/** Measures the extender from outside: real sockets, real requests, the CPU of its process. */
@NullMarked
package dev.busbar.benchmarks;

import org.jspecify.annotations.NullMarked;
