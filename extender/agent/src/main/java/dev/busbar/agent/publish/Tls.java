package dev.busbar.agent.publish;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS contexts from the texts (PEM) that kubeconfig files and service accounts hold. */
final class Tls {

    private static final Pattern KEY = Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]+)-----END");
    // SEQUENCE { OID rsaEncryption, NULL }
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final char[] NO_PASSWORD = {};

    private Tls() {}

    /** Without an authority those that Java trusts. */
    static SSLContext trusting(String authority) throws IOException {
        return context(List.of(), trust(authority));
    }

    static SSLContext trusting(String authority, String certificate, String key) throws IOException {
        try {
            var store = emptyStore();
            store.setKeyEntry(
                    "us",
                    privateKey(key),
                    NO_PASSWORD,
                    certificates(certificate).toArray(Certificate[]::new));
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            return context(List.of(keys.getKeyManagers()), trust(authority));
        } catch (GeneralSecurityException e) {
            throw new IOException("its client certificate and key can't be read: " + e.getMessage(), e);
        }
    }

    static SSLContext trustingAnyone() throws IOException {
        return context(List.of(), List.of(new Anyone()));
    }

    private static SSLContext context(List<KeyManager> keys, List<TrustManager> trust) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(keys.toArray(KeyManager[]::new), trust.toArray(TrustManager[]::new), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS can't be set up: " + e.getMessage(), e);
        }
    }

    private static List<TrustManager> trust(String authority) throws IOException {
        try {
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authority.isEmpty() ? null : storeOf(certificates(authority)));
            return List.of(factory.getTrustManagers());
        } catch (GeneralSecurityException e) {
            throw new IOException("its certificate authority can't be read: " + e.getMessage(), e);
        }
    }

    private static KeyStore storeOf(List<? extends Certificate> certificates)
            throws GeneralSecurityException, IOException {
        var store = emptyStore();
        for (var certificate : certificates) {
            store.setCertificateEntry("authority " + store.size(), certificate);
        }
        return store;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<? extends Certificate> certificates(String pem) throws GeneralSecurityException {
        var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
        return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(bytes));
    }

    private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        var match = KEY.matcher(pem);
        if (!match.find()) {
            throw new InvalidKeySpecException("there is no private key in it");
        }
        var bytes = Base64.getMimeDecoder().decode(match.group(2));
        return switch (match.group(1)) {
            case "RSA " -> KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(wrapped(bytes)));
            case "" -> unwrapped(new PKCS8EncodedKeySpec(bytes));
            default ->
                throw new InvalidKeySpecException(
                        "%sPRIVATE KEY is a form that Java can't read.\nMaybe convert it: ".formatted(match.group(1))
                                + "openssl pkcs8 -topk8 -nocrypt");
        };
    }

    private static PrivateKey unwrapped(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (InvalidKeySpecException _) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
    }

    /** PKCS #8 around an RSA key of PKCS #1: SEQUENCE { 0, algorithm, OCTET STRING { key } }. */
    private static byte[] wrapped(byte[] key) {
        var inner = new ByteArrayOutputStream();
        inner.writeBytes(new byte[] {2, 1, 0});
        inner.writeBytes(RSA);
        inner.writeBytes(tagged(4, key));
        return tagged(0x30, inner.toByteArray());
    }

    private static byte[] tagged(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        out.writeBytes(new byte[] {(byte) 0x82, (byte) (content.length >> 8), (byte) content.length});
        out.writeBytes(content);
        return out.toByteArray();
    }

    /** For clusters whose kubeconfig says insecure-skip-tls-verify. */
    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
