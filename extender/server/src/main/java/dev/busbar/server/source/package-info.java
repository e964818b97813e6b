/** Where the cluster comes from, and how a pod is bound in it. */
@NullMarked
package dev.busbar.server.source;

import org.jspecify.annotations.NullMarked;
