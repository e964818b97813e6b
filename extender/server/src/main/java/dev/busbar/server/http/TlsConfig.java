package dev.busbar.server.http;

/**
 * The files, in PEM, by which the verbs are served over TLS. They are read again when they change.
 *
 * @param certificate our certificate with its chain; empty for plain HTTP
 * @param key its private key
 * @param clientCa who signs the certificates of those that may call; empty lets anybody call
 */
public record TlsConfig(String certificate, String key, String clientCa) {
    public static final TlsConfig NONE = new TlsConfig("", "", "");

    public boolean isOn() {
        return !certificate.isEmpty();
    }

    boolean asksForClients() {
        return !clientCa.isEmpty();
    }
}
