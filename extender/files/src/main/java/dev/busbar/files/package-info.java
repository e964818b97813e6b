/** Clusters and pods in files: ordinary Kubernetes YAML, read into the core's events. */
@NullMarked
package dev.busbar.files;

import org.jspecify.annotations.NullMarked;
