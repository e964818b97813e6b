package dev.busbar.server.kube;

import java.time.Duration;

/**
 * How we talk to the API server.
 *
 * @param writeTimeout after which a Binding's outcome counts as unknown
 * @param lookAgain how often we look for a resource type that the cluster does not have yet
 */
public record KubeConfig(Duration writeTimeout, Duration lookAgain) {}
