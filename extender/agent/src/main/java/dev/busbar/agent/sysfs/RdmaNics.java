package dev.busbar.agent.sysfs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The RDMA cards of the machine, virtual functions left out. */
public final class RdmaNics {

    private static final Pattern RATE = Pattern.compile("([0-9]{1,5})(\\.[0-9]+)? Gb/sec.*");

    private RdmaNics() {}

    /** A card by its RDMA name; the rate is that of its first port, 0 while the port is down. */
    public record RdmaNic(String name, String pciBusId, int gbitPerSecond) {}

    public static List<RdmaNic> read(Path sysfs) {
        var folder = new SysfsFolder(sysfs);
        return folder.names("class/infiniband").stream()
                .map(name -> read(folder, name))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<RdmaNic> read(SysfsFolder folder, String name) {
        var card = folder.path("class/infiniband").resolve(name);
        return folder.real(card.resolve("device"))
                .filter(device -> !Files.exists(device.resolve("physfn")))
                .map(device ->
                        new RdmaNic(name, device.getFileName().toString(), rate(folder, card.resolve("ports/1"))));
    }

    private static int rate(SysfsFolder folder, Path port) {
        if (!folder.text(port.resolve("state")).orElse("").endsWith("ACTIVE")) {
            return 0;
        }
        var rate = RATE.matcher(folder.text(port.resolve("rate")).orElse(""));
        return rate.matches() ? Integer.parseInt(rate.group(1)) : 0;
    }
}
