package dev.busbar.agent.sysfs;

import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.NumaNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The NUMA nodes that have CPUs. Others exist (the memory of a GPU can be one), but no pod can be near them. */
public final class NumaNodes {

    private static final Pattern NAME = Pattern.compile("node([0-9]{1,4})");
    private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+([0-9]{1,15}) kB");
    private static final Pattern CPUS = Pattern.compile("[0-9,-]+");

    private NumaNodes() {}

    public static List<NumaNode> read(Path sysfs) {
        var folder = new SysfsFolder(sysfs);
        // Distance rows have one number per node that is online, so keep the order before leaving nodes out.
        var online = folder.names("devices/system/node").stream()
                .flatMap(name -> NAME.matcher(name).results())
                .map(match -> Integer.parseInt(match.group(1)))
                .sorted()
                .toList();
        var withCpus = online.stream().filter(id -> !cpus(folder, id).isEmpty()).toList();
        return withCpus.stream()
                .map(id ->
                        new NumaNode(id, cpus(folder, id), memory(folder, id), distances(folder, id, online, withCpus)))
                .toList();
    }

    private static String cpus(SysfsFolder folder, int id) {
        return folder.text(file(folder, id, "cpulist"))
                .filter(text -> CPUS.matcher(text).matches())
                .orElse("");
    }

    private static Memory memory(SysfsFolder folder, int id) {
        return folder.text(file(folder, id, "meminfo"))
                .flatMap(text -> TOTAL.matcher(text).results().findFirst())
                .map(match -> new Memory(Long.parseLong(match.group(1)) << 10))
                .orElse(Memory.NONE);
    }

    private static List<Integer> distances(SysfsFolder folder, int id, List<Integer> online, List<Integer> wanted) {
        var row = folder.text(file(folder, id, "distance")).orElse("");
        if (!row.matches("[0-9]{1,4}(\\s+[0-9]{1,4})*")) {
            return List.of();
        }
        var numbers = Stream.of(row.split("\\s+")).map(Integer::valueOf).toList();
        if (numbers.size() != online.size()) {
            return List.of();
        }
        var distances = new ArrayList<Integer>();
        for (int i = 0; i < online.size(); i++) {
            if (wanted.contains(online.get(i))) {
                distances.add(numbers.get(i));
            }
        }
        return distances;
    }

    private static Path file(SysfsFolder folder, int id, String name) {
        return folder.path("devices/system/node/node" + id).resolve(name);
    }
}
