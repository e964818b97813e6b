package dev.busbar.testclusters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** The keys and the one administrator of a cluster for tests, as files in its folder. */
record Credentials(Path folder, String token) {
    static Credentials create(Path folder) throws IOException {
        var credentials = new Credentials(folder, UUID.randomUUID().toString());
        Files.writeString(credentials.tokens(), credentials.token + ",admin,admin,\"system:masters\"\n");
        try {
            var keys = KeyPairGenerator.getInstance("RSA");
            keys.initialize(2048);
            var pair = keys.generateKeyPair();
            Files.writeString(
                    credentials.serviceAccountKey(),
                    SelfSigned.pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            Files.writeString(
                    credentials.serviceAccountPublicKey(),
                    SelfSigned.pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
        return credentials;
    }

    Path tokens() {
        return folder.resolve("tokens.csv");
    }

    Path serviceAccountKey() {
        return folder.resolve("service-account.key");
    }

    Path serviceAccountPublicKey() {
        return folder.resolve("service-account.pub");
    }

    /** Written by the API server when it starts: its certificate, signed by nobody else, so its own authority. */
    Path certificate() {
        return folder.resolve("apiserver.crt");
    }

    Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    void writeKubeconfig(int port) throws IOException {
        writeKubeconfig("kubeconfig", "https://127.0.0.1:" + port, token);
    }

    Path writeKubeconfig(String name, String server, String token) throws IOException {
        return Files.writeString(folder.resolve(name), """
            apiVersion: v1
            kind: Config
            clusters:
              - name: test
                cluster:
                  server: %s
                  certificate-authority: %s
            users:
              - name: account
                user:
                  token: %s
            contexts:
              - name: test
                context: {cluster: test, user: account}
            current-context: test
            """.formatted(server, certificate(), token));
    }
}
