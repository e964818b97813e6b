/** The real control plane of Kubernetes on loopback, with made-up nodes, for tests that drive Busbar through it. */
@NullMarked
package dev.busbar.testclusters;

import org.jspecify.annotations.NullMarked;
