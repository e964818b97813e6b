package dev.busbar.server.kube;

import java.time.Duration;

/**
 * How we talk to the API server.
 *
 * @param writeTimeout after which a Binding's outcome counts as unknown
 * @param lookAgain how often we look for a resource type that the cluster does not have yet
 * @param readTimeout after which a read, a list of all pods too, is given up and tried again
 * @param connectTimeout after which a connection that is not made is given up
 */
public record KubeConfig(Duration writeTimeout, Duration lookAgain, Duration readTimeout, Duration connectTimeout) {}
