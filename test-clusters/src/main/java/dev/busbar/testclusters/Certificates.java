package dev.busbar.testclusters;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The certificates of Busbar and of its scheduler, made anew by the script that is shipped for them. */
public record Certificates(Path folder) {
    private static final int PATIENCE_SECONDS = 60;
    private static final char[] NO_PASSWORD = {};

    /** Makes them in this folder. */
    public static Certificates make(Path folder) {
        var script = Repository.root().resolve("manifests/components/separate/certificates");
        try {
            Files.createDirectories(folder);
            var log = folder.resolve("certificates.log").toFile();
            var process = Leash.start(new ProcessBuilder("bash", script.toString(), "--files", folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log));
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new ClusterException("%s failed: %s".formatted(script, Files.readString(log.toPath())));
            }
            return new Certificates(folder);
        } catch (IOException e) {
            throw new ClusterException("%s could not be run".formatted(script), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while making certificates", e);
        }
    }

    /** The folder with {@code tls.crt}, {@code tls.key} and {@code ca.crt} of Busbar. */
    public Path ofBusbar() {
        return folder.resolve("busbar-extender");
    }

    public Path ofScheduler() {
        return folder.resolve("busbar-scheduler");
    }

    /** One who believes Busbar and shows the scheduler's certificate. */
    public SSLContext scheduler() {
        try {
            var key = KeyFactory.getInstance("EC")
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(decoded(ofScheduler().resolve("tls.key"))));
            var store = empty();
            store.setKeyEntry("client", key, NO_PASSWORD, new X509Certificate[] {
                certificate(ofScheduler().resolve("tls.crt"))
            });
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            return context(keys.getKeyManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new ClusterException("the certificates in %s could not be read".formatted(folder), e);
        }
    }

    /** One who believes Busbar and has no certificate. */
    public SSLContext stranger() {
        try {
            return context(new KeyManager[0]);
        } catch (GeneralSecurityException | IOException e) {
            throw new ClusterException("the certificates in %s could not be read".formatted(folder), e);
        }
    }

    private SSLContext context(KeyManager[] keys) throws GeneralSecurityException, IOException {
        var store = empty();
        store.setCertificateEntry("authority", certificate(folder.resolve("ca.crt")));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static X509Certificate certificate(Path file) throws GeneralSecurityException, IOException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static byte[] decoded(Path pem) throws IOException {
        return Base64.getMimeDecoder().decode(Files.readString(pem).replaceAll("-----[A-Z ]+-----", ""));
    }
}
