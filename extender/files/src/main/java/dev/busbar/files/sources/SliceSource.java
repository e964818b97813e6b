package dev.busbar.files.sources;

import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.KubeletPolicies;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The ResourceSlices ({@code resource.k8s.io/v1}) in which NVIDIA's DRA driver lists a node's GPUs. They have no word for
 * NVLink; the PCIe root and the NUMA node tell how near two GPUs are.
 */
public final class SliceSource {

    private static final String DRIVER = "gpu.nvidia.com";

    private SliceSource() {}

    /** One device of a slice. */
    private record Device(
            String name, String uuid, String product, Memory memory, String busId, String root, int numa) {}

    public static boolean isOurs(JsonNode slice) {
        return slice.path("spec").path("driver").asString("").equals(DRIVER);
    }

    /** All slices of one node; those of an older generation of the pool are passed over. */
    public static Optional<GpuTopology> read(List<JsonNode> slices, NodeWords words) {
        long newest = slices.stream().mapToLong(SliceSource::generation).max().orElse(0);
        var devices = slices.stream()
                .filter(slice -> isOurs(slice) && generation(slice) == newest)
                .flatMap(slice -> devices(slice).stream())
                .sorted(Comparator.comparing(Device::busId).thenComparing(Device::name))
                .toList();
        if (devices.isEmpty() || devices.size() > 64) {
            return Optional.empty();
        }
        var gpus = new ArrayList<Gpu>();
        for (var device : devices) {
            gpus.add(new Gpu(
                    gpus.size(),
                    device.uuid().isEmpty() ? "gpu-" + gpus.size() : device.uuid(),
                    device.product(),
                    device.memory(),
                    device.numa(),
                    device.busId(),
                    "",
                    List.of()));
        }
        var spec = new Spec(
                gpus,
                Guess.rows(devices.getFirst().product(), gpus.size(), (a, b) -> path(devices.get(a), devices.get(b))),
                List.of(),
                FabricLabels.read(words),
                List.of(),
                "",
                KubeletPolicies.UNKNOWN);
        return Optional.of(GpuTopology.of(words.node(), spec, Status.EMPTY));
    }

    private static long generation(JsonNode slice) {
        return slice.path("spec").path("pool").path("generation").asLong(0);
    }

    private static List<Device> devices(JsonNode slice) {
        var devices = new ArrayList<Device>();
        for (var device : slice.path("spec").path("devices")) {
            var body = device.has("basic") ? device.path("basic") : device; // v1beta1 has one level more
            if (text(body, "type").equals("gpu")) {
                devices.add(device(device.path("name").asString(""), body));
            }
        }
        return devices;
    }

    private static Device device(String name, JsonNode body) {
        return new Device(
                name,
                text(body, "uuid"),
                text(body, "productName"),
                new Memory(Amount.of(body.path("capacity").path("memory").path("value"))
                        .orElse(0L)),
                text(body, "resource.kubernetes.io/pciBusID"),
                text(body, "resource.kubernetes.io/pcieRoot"),
                numa(body));
    }

    private static String text(JsonNode body, String attribute) {
        return body.path("attributes").path(attribute).path("string").asString("");
    }

    private static int numa(JsonNode body) {
        var attribute = body.path("attributes").path("resource.kubernetes.io/numaNode");
        var number = attribute.has("int") ? attribute : body.path("attributes").path("numa");
        return number.path("int").asInt(-1);
    }

    /** Below one root complex there may be a switch or not: a host bridge is what is sure. */
    private static String path(Device a, Device b) {
        if (!a.root().isEmpty() && a.root().equals(b.root())) {
            return "PHB";
        }
        return a.numa() >= 0 && a.numa() == b.numa() ? "NODE" : "SYS";
    }
}
