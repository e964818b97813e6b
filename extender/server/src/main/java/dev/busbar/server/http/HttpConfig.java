package dev.busbar.server.http;

import java.time.Duration;

/**
 * How the HTTP server listens and what it puts up with.
 *
 * @param port 0 for any that is free
 * @param prefix what stands before the verbs in their paths: empty, or {@code /ext}, say
 * @param bodyBytes the longest body that is read
 * @param depth the deepest nesting in a body
 * @param idle how long a connection may be silent; kube-scheduler keeps its own for 90 seconds
 * @param drain how long a stop waits for the calls under way
 */
public record HttpConfig(
        String host,
        int port,
        String prefix,
        int bodyBytes,
        int depth,
        Duration idle,
        Duration drain,
        TlsConfig tls,
        OpsConfig ops) {}
