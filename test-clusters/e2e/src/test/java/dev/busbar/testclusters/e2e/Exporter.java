package dev.busbar.testclusters.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A page that plays dcgm-exporter: the metrics of its GPUs as it would print them. */
final class Exporter implements AutoCloseable {
    private final HttpServer server;
    private volatile String page = "";

    Exporter() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            var bytes = page.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * One GPU of an 80 GiB card.
     *
     * @param host the label with the host's name, spelled as this exporter does, such as {@code hostname="a"}
     */
    record Gpu(String uuid, int index, String host, long usedMebibytes) {
        private String labels() {
            return "gpu=\"%d\",UUID=\"%s\",pci_bus_id=\"00000000:1B:00.0\",device=\"nvidia%d\",modelName=\"NVIDIA A100\",%s"
                    .formatted(index, uuid, index, host);
        }

        private String lines() {
            return "DCGM_FI_DEV_FB_USED{%s} %d\nDCGM_FI_DEV_FB_RESERVED{%s} 512\n"
                    .formatted(labels(), usedMebibytes, labels());
        }
    }

    void shows(Gpu... gpus) {
        var text = new StringBuilder();
        for (var gpu : gpus) {
            text.append(gpu.lines());
        }
        page = text.toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
