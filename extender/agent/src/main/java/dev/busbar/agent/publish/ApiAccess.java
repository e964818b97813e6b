package dev.busbar.agent.publish;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Where the API server is and how to show it who we are: by a kubeconfig file, or as the pod we run in. */
record ApiAccess(URI server, SSLContext tls, Token token) {

    private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /** A bearer token. That of a pod is renewed in its file, so it is read for each request. */
    interface Token {
        Optional<String> now() throws IOException;
    }

    static ApiAccess of(Optional<Path> kubeconfig) {
        try {
            return kubeconfig.isPresent() ? fromFile(kubeconfig.get()) : ofPod();
        } catch (IOException | JacksonException e) {
            throw new IllegalArgumentException("%s can't be used: %s"
                    .formatted(kubeconfig.map(Path::toString).orElse("the service account"), e));
        }
    }

    private static ApiAccess ofPod() throws IOException {
        var host = System.getenv("KUBERNETES_SERVICE_HOST");
        var port = System.getenv("KUBERNETES_SERVICE_PORT");
        if (host == null || port == null) {
            throw new IOException("this is no pod of a cluster.\nMaybe give --kubeconfig FILE, or --once");
        }
        var bracketed = host.contains(":") ? "[" + host + "]" : host;
        return new ApiAccess(
                URI.create("https://" + bracketed + ":" + port),
                Tls.trusting(Files.readString(ACCOUNT.resolve("ca.crt"))),
                () -> Optional.of(Files.readString(ACCOUNT.resolve("token")).strip()));
    }

    private static ApiAccess fromFile(Path file) throws IOException {
        var config = new YAMLMapper().readTree(Files.readString(file));
        var context = named(config, "contexts", config.path("current-context").asString(""), "context");
        var cluster = named(config, "clusters", context.path("cluster").asString(""), "cluster");
        var user = named(config, "users", context.path("user").asString(""), "user");
        return new ApiAccess(URI.create(cluster.path("server").asString()), tls(file, cluster, user), token(user));
    }

    private static JsonNode named(JsonNode config, String list, String name, String key) throws IOException {
        return StreamSupport.stream(config.path(list).spliterator(), false)
                .filter(entry -> entry.path("name").asString("").equals(name))
                .findFirst()
                .map(entry -> entry.path(key))
                .orElseThrow(() -> new IOException("it has no entry (%s) in %s".formatted(name, list)));
    }

    private static SSLContext tls(Path file, JsonNode cluster, JsonNode user) throws IOException {
        if (cluster.path("insecure-skip-tls-verify").asBoolean(false)) {
            return Tls.trustingAnyone();
        }
        var authority = data(file, cluster, "certificate-authority");
        var certificate = data(file, user, "client-certificate");
        var key = data(file, user, "client-key");
        if (certificate.isPresent() && key.isPresent()) {
            return Tls.trusting(authority.orElse(""), certificate.get(), key.get());
        }
        return Tls.trusting(authority.orElse(""));
    }

    /** In the file itself, or in another one beside it. */
    private static Optional<String> data(Path file, JsonNode entry, String key) throws IOException {
        var inline = entry.path(key + "-data").asString("");
        if (!inline.isEmpty()) {
            return Optional.of(new String(Base64.getMimeDecoder().decode(inline), StandardCharsets.UTF_8));
        }
        var other = entry.path(key).asString("");
        return other.isEmpty() ? Optional.empty() : Optional.of(Files.readString(file.resolveSibling(other)));
    }

    private static Token token(JsonNode user) {
        var inline = user.path("token").asString("");
        var file = user.path("tokenFile").asString("");
        if (!file.isEmpty()) {
            return () -> Optional.of(Files.readString(Path.of(file)).strip());
        }
        return () -> Optional.of(inline).filter(text -> !text.isEmpty());
    }
}
