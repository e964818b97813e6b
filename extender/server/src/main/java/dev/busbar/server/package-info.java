/** The running extender: a cluster that is watched, the verbs that answer, and the HTTP server in front of them. */
@NullMarked
package dev.busbar.server;

import org.jspecify.annotations.NullMarked;
