/** The API server: what is watched there and what is written. */
@NullMarked
package dev.busbar.server.kube;

import org.jspecify.annotations.NullMarked;
