package dev.busbar.files;

import dev.busbar.files.gputopology.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What {@code nvidia-smi --query-gpu=index,uuid,name,memory.total,pci.bus_id --format=csv} prints. */
public record GpuList(Map<Integer, Entry> byIndex) {

    /** One GPU as the driver names it; the bus id is written as the kernel writes it. */
    public record Entry(String uuid, String product, Memory memory, String pciBusId) {}

    private static final List<String> COLUMNS = List.of("index", "uuid", "name", "memory.total", "pci.bus_id");
    private static final String QUERY = "nvidia-smi --query-gpu=" + String.join(",", COLUMNS) + " --format=csv";
    private static final Pattern MEMORY = Pattern.compile("([0-9]{1,9})(?: MiB)?");
    private static final Pattern BUS =
            Pattern.compile("(?:0000)?([0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\\.[0-7])");

    public GpuList {
        byIndex = Map.copyOf(byIndex);
    }

    /**
     * Reads the list; the line of column heads may be left out.
     *
     * @param file what to call the text in messages
     * @throws BadInput with the line and what was expected there; nothing else is ever thrown
     */
    public static GpuList parse(String file, String text) {
        var columns = COLUMNS;
        var entries = new TreeMap<Integer, Entry>();
        int number = 0;
        for (var line : text.lines().toList()) {
            number++;
            var cells = Arrays.stream(line.split(",", -1)).map(String::strip).toList();
            if (line.isBlank()) {
                continue;
            }
            if (cells.contains("uuid")) {
                columns = heads(cells, file, number);
                continue;
            }
            if (cells.size() != columns.size()) {
                throw new BadInput("%s: line %d has %d values for the columns %s\nMaybe make the list by %s."
                        .formatted(file, number, cells.size(), String.join(", ", columns), QUERY));
            }
            var row = new Row("%s: line %d".formatted(file, number), columns, cells);
            int index = row.index();
            if (entries.put(index, row.entry()) != null) {
                throw new BadInput("%s: line %d: a second GPU with index %d".formatted(file, number, index));
            }
        }
        return new GpuList(entries);
    }

    private static List<String> heads(List<String> cells, String file, int line) {
        var heads = new ArrayList<String>();
        for (var cell : cells) {
            heads.add(cell.replaceFirst("\\s*\\[.*", ""));
        }
        if (!heads.containsAll(COLUMNS)) {
            throw new BadInput("%s: line %d lacks one of the columns %s\nMaybe make the list by %s."
                    .formatted(file, line, String.join(", ", COLUMNS), QUERY));
        }
        return heads;
    }

    private record Row(String place, List<String> columns, List<String> cells) {
        String cell(String column) {
            return cells.get(columns.indexOf(column));
        }

        int index() {
            if (!cell("index").matches("[0-9]{1,3}")) {
                throw bad("index", "a number");
            }
            return Integer.parseInt(cell("index"));
        }

        Entry entry() {
            if (!cell("uuid").matches("[A-Za-z0-9./-]{1,128}")) {
                throw bad("uuid", "such as GPU-5d4f…");
            }
            if (cell("name").isEmpty() || cell("name").length() > 128) {
                throw bad("name", "the product's name");
            }
            return new Entry(cell("uuid"), cell("name"), memory(), bus());
        }

        private Memory memory() {
            var memory = MEMORY.matcher(cell("memory.total"));
            if (memory.matches()) {
                return Memory.mebibytes(Long.parseLong(memory.group(1)));
            }
            if (cell("memory.total").equals("[N/A]") || cell("memory.total").equals("N/A")) {
                return Memory.NONE;
            }
            throw bad("memory.total", "such as 81920 MiB");
        }

        private String bus() {
            var bus = BUS.matcher(cell("pci.bus_id"));
            if (!bus.matches()) {
                throw bad("pci.bus_id", "such as 00000000:07:00.0");
            }
            return bus.group(1).toLowerCase(Locale.ROOT);
        }

        private BadInput bad(String column, String expected) {
            return new BadInput("%s: %s (%s) must be %s".formatted(place, column, cell(column), expected));
        }
    }
}
