/** The HTTP server: gathers a body, asks a verb, sends its answer. Nothing that blocks runs on its event loop. */
@NullMarked
package dev.busbar.server.http;

import org.jspecify.annotations.NullMarked;
