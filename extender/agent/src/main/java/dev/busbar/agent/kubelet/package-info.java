/** What the kubelet says: the devices it gave to pods, and its policies. */
@NullMarked
package dev.busbar.agent.kubelet;

import org.jspecify.annotations.NullMarked;
