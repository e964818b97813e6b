package dev.busbar.files;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The table that {@code nvidia-smi topo -m} prints, as operators paste it: with or without colours, legends, prompts,
 * tabs, and in the words of old and new drivers.
 *
 * @param warnings what had to be guessed, one line each
 */
public record TopoMatrix(List<GpuRow> gpus, List<NicColumn> nics, List<String> warnings) {

    /**
     * One GPU.
     *
     * @param links one word per GPU, in the order of the GPUs
     * @param cpuAffinity a list such as {@code 0-15,64-79}, empty where the table does not say
     * @param numaNode -1 where the table does not say, or names several
     */
    public record GpuRow(int index, List<String> links, String cpuAffinity, int numaNode) {
        public GpuRow {
            links = List.copyOf(links);
        }
    }

    /** One network card and its path to each GPU. */
    public record NicColumn(String name, List<String> paths) {
        public NicColumn {
            paths = List.copyOf(paths);
        }
    }

    public TopoMatrix {
        gpus = List.copyOf(gpus);
        nics = List.copyOf(nics);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads the table.
     *
     * @param file what to call the text in messages
     * @throws BadInput with the line and what was expected there; nothing else is ever thrown
     */
    public static TopoMatrix parse(String file, String text) {
        return new Parser(file, text).matrix();
    }

    private static final class Parser {
        private static final int MOST_GPUS = 64;
        private static final int LONGEST_SHOWN = 60;
        private static final Pattern GPU = Pattern.compile("GPU([0-9]{1,3})");
        private static final Pattern WORD = Pattern.compile("X|NV[0-9]{1,3}|PIX|PXB|PHB|NODE|SYS");
        // With its escape character, or without it, as copying often leaves it.
        private static final Pattern COLOUR = Pattern.compile("\\x1B\\[[0-9;?]*[A-Za-z]|\\[[0-9;]{1,6}m");
        private static final Pattern QUOTED = Pattern.compile("^\\s*>+ ?");
        private static final Pattern LEGEND = Pattern.compile("\\s*(NIC[0-9]{1,3}):\\s*(\\S{1,63})\\s*");

        private final String file;
        private final List<String> lines;
        private final List<String> columns = new ArrayList<>();
        private final Map<String, List<String>> rows = new LinkedHashMap<>();
        private final List<String> warnings = new ArrayList<>();

        Parser(String file, String text) {
            this.file = file;
            this.lines = text.lines().map(Parser::clean).toList();
        }

        private static String clean(String line) {
            var plain = COLOUR.matcher(line).replaceAll("").replace('\u00A0', ' ');
            return QUOTED.matcher(plain).replaceFirst("");
        }

        private static List<String> words(String line) {
            return line.isBlank() ? List.of() : List.of(line.strip().split("\\s+"));
        }

        TopoMatrix matrix() {
            int end = readRows(readHeads());
            var names = legend(end);
            var gpuColumns = columns.stream().filter(Parser::isGpu).toList();
            var gpus = new ArrayList<GpuRow>();
            for (var gpu : gpuColumns) {
                gpus.add(gpu(gpu, gpuColumns));
            }
            var nics = new ArrayList<NicColumn>();
            for (var column : columns) {
                if (!isGpu(column)) {
                    var paths =
                            gpuColumns.stream().map(gpu -> cell(gpu, column)).toList();
                    nics.add(new NicColumn(names.getOrDefault(column, column), paths));
                }
            }
            return new TopoMatrix(gpus, nics, warnings);
        }

        /** Finds the line of column heads; says after which line the rows begin. */
        private int readHeads() {
            for (int line = 0; line < lines.size(); line++) {
                var words = words(lines.get(line));
                if (words.isEmpty() || !isGpu(words.getFirst()) || (words.size() > 1 && isWord(words.get(1)))) {
                    continue;
                }
                for (var word : words) {
                    if (word.equals("CPU") || word.equals("NUMA")) {
                        break;
                    }
                    columns.add(word);
                }
                checkHeads(line);
                return line + 1;
            }
            throw new BadInput(
                    "%s: none of its %d lines has the column heads GPU0 GPU1 …\nMaybe paste the whole output of nvidia-smi topo -m."
                            .formatted(file, lines.size()));
        }

        private void checkHeads(int line) {
            long gpus = columns.stream().filter(Parser::isGpu).count();
            if (gpus > MOST_GPUS) {
                throw bad(line, "%d GPUs are more than the %d that a node may have".formatted(gpus, MOST_GPUS));
            }
            var seen = new HashSet<String>();
            for (var column : columns) {
                if (!seen.add(column)) {
                    throw bad(line, "the column %s stands twice".formatted(shown(column)));
                }
            }
        }

        /** Reads until each GPU has its row; says which line comes next. */
        private int readRows(int first) {
            var missing = new ArrayList<>(columns.stream().filter(Parser::isGpu).toList());
            int line = first;
            for (; line < lines.size() && !missing.isEmpty(); line++) {
                var words = words(lines.get(line));
                if (words.isEmpty()) {
                    continue;
                }
                var name = words.getFirst();
                if (!columns.contains(name)) {
                    throw bad(line, "expected the row of %s, found %s".formatted(missing.getFirst(), shown(name)));
                }
                if (isGpu(name)) {
                    if (!missing.remove(name)) {
                        throw bad(line, "a second row of " + name);
                    }
                    rows.put(name, checkedRow(line, words));
                }
            }
            if (!missing.isEmpty()) {
                throw bad(lines.size() - 1, "the text ends before the row of " + missing.getFirst());
            }
            return line;
        }

        private List<String> checkedRow(int line, List<String> words) {
            var name = words.getFirst();
            if (words.size() <= columns.size()) {
                throw bad(
                        line,
                        "the row of %s has %d words for %d columns".formatted(name, words.size() - 1, columns.size())
                                + "\n"
                                + "Maybe the terminal has wrapped the table: make it wider, or write the table to a"
                                + " file.");
            }
            var row = new ArrayList<>(words.subList(1, words.size()));
            for (int i = 0; i < columns.size(); i++) {
                row.set(i, checkedWord(line, name, columns.get(i), row.get(i)));
            }
            return row;
        }

        private String checkedWord(int line, String row, String column, String word) {
            if (row.equals(column) != word.equals("X")) {
                throw bad(
                        line,
                        "%s has %s in the column of %s; X stands for itself, and nowhere else"
                                .formatted(row, shown(word), column));
            }
            if (word.equals("SOC")) {
                return "SYS"; // what old drivers call it
            }
            if (word.equals("N/A")) {
                warnings.add("line %d: %s has N/A in the column of %s: SYS counts".formatted(line + 1, row, column));
                return "SYS";
            }
            if (!isWord(word)) {
                throw bad(
                        line,
                        "%s has %s in the column of %s; expected X, NV and a number, PIX, PXB, PHB, NODE or SYS"
                                .formatted(row, shown(word), column));
            }
            return word;
        }

        private Map<String, String> legend(int first) {
            var names = new HashMap<String, String>();
            for (var line : lines.subList(first, lines.size())) {
                var entry = LEGEND.matcher(line);
                if (entry.matches()) {
                    names.put(entry.group(1), entry.group(2));
                }
            }
            return names;
        }

        private GpuRow gpu(String name, List<String> gpuColumns) {
            var row = rows.getOrDefault(name, List.of());
            var rest = row.subList(columns.size(), row.size());
            var cpus = rest.isEmpty() || CpuList.count(rest.getFirst()).isEmpty() ? "" : rest.getFirst();
            var links = gpuColumns.stream().map(gpu -> cell(name, gpu)).toList();
            return new GpuRow(index(name), links, cpus, numaNode(rest));
        }

        /**
         * The NUMA column names one node, or several. It names several where GPUs bring NUMA nodes of memory alone,
         * and then the node with CPUs comes first; elsewhere several mean that the machine does not tell.
         */
        private static int numaNode(List<String> rest) {
            if (rest.size() < 2) {
                return -1;
            }
            boolean gpuMemoryNodes = rest.size() > 2 && !rest.get(2).equals("N/A");
            var nodes = CpuList.count(rest.get(1)).orElse(0);
            return nodes == 1 || (nodes > 1 && gpuMemoryNodes)
                    ? CpuList.first(rest.get(1)).orElse(-1)
                    : -1;
        }

        private String cell(String row, String column) {
            return rows.getOrDefault(row, List.of()).get(columns.indexOf(column));
        }

        private static int index(String gpu) {
            return Integer.parseInt(gpu.substring("GPU".length()));
        }

        private static boolean isGpu(String word) {
            return GPU.matcher(word).matches();
        }

        private static boolean isWord(String word) {
            return WORD.matcher(word).matches() || word.equals("SOC") || word.equals("N/A");
        }

        private static String shown(String word) {
            return word.length() <= LONGEST_SHOWN ? word : word.substring(0, LONGEST_SHOWN) + "…";
        }

        private BadInput bad(int line, String problem) {
            return new BadInput("%s: line %d: %s".formatted(file, line + 1, problem));
        }
    }
}
