/** Which of several Busbars decides: the one that holds a Lease, or whose scheduler does. */
@NullMarked
package dev.busbar.server.lease;

import org.jspecify.annotations.NullMarked;
