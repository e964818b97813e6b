package dev.busbar.testclusters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A key and its certificate as PEM files, signed by nobody else, so that the certificate is also its own authority. */
public record SelfSigned(Path certificate, Path key) {
    private static final String PASSWORD = "changeit";

    /** For loopback, as {@code NAME.crt} and {@code NAME.key}, by the JDK's keytool. */
    public static SelfSigned create(Path folder, String name) {
        var store = folder.resolve(name + ".p12");
        var log = folder.resolve(name + ".keytool.log");
        var keytool = Program.start(
                "keytool",
                log,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-alias",
                        "own",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD));
        keytool.awaitEnd();
        var pair = new SelfSigned(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
        try {
            var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            Files.writeString(
                    pair.certificate,
                    pem("CERTIFICATE", keys.getCertificate("own").getEncoded()));
            Files.writeString(
                    pair.key,
                    pem(
                            "PRIVATE KEY",
                            keys.getKey("own", PASSWORD.toCharArray()).getEncoded()));
            return pair;
        } catch (IOException | GeneralSecurityException e) {
            throw new ClusterException("the certificate of %s could not be made; see %s".formatted(name, log), e);
        }
    }

    static String pem(String type, byte[] content) {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type);
    }
}
