/** What kube-scheduler sends and what it is answered, as bytes: decoded without building documents, encoded likewise. */
@NullMarked
package dev.busbar.server.wire;

import org.jspecify.annotations.NullMarked;
