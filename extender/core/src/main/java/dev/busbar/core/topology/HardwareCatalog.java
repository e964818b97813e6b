package dev.busbar.core.topology;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is known of GPU products: memory, NVLink and PCIe generation. Lanes and the memory of the H100 are read off
 * published machines; the other memories are what drivers usually report, not confirmed by a published machine. A
 * machine's own word, or the size in a product's name, wins over them.
 */
public final class HardwareCatalog {
    /**
     * One product.
     *
     * @param word the word by which people and drivers name it
     * @param memoryMebibytes usual memory; a machine's own word wins
     * @param nvLink generation of its NVLinks; meaningless where {@code lanes} is 0
     * @param lanes NVLink lanes of one GPU, 0 without NVLink
     */
    public record Product(String word, long memoryMebibytes, NvLinkGeneration nvLink, int lanes, PcieGeneration pcie) {
        public long memoryBytes() {
            return memoryMebibytes << 20;
        }

        /** The variant with this many gigabytes; a size that is the usual one rounded changes nothing. */
        private Product sized(int gigabytes) {
            long named = gigabytes * 1024L;
            return Math.abs(named - memoryMebibytes) < 1024 ? this : new Product(word, named, nvLink, lanes, pcie);
        }
    }

    private static final Pattern SIZE = Pattern.compile("(?:^|[-_ ])([0-9]{1,4})GB(?:$|[-_ ])");

    private static final List<Product> PRODUCTS = List.of(
            new Product("P100", 16276, NvLinkGeneration.PASCAL, 4, PcieGeneration.GEN3),
            new Product("V100", 32768, NvLinkGeneration.VOLTA, 6, PcieGeneration.GEN3),
            new Product("A100", 81920, NvLinkGeneration.AMPERE, 12, PcieGeneration.GEN4),
            new Product("A800", 81920, NvLinkGeneration.AMPERE, 8, PcieGeneration.GEN4),
            new Product("A30", 24576, NvLinkGeneration.AMPERE, 4, PcieGeneration.GEN4),
            new Product("A40", 46068, NvLinkGeneration.AMPERE_BRIDGE, 4, PcieGeneration.GEN4),
            new Product("A6000", 49140, NvLinkGeneration.AMPERE_BRIDGE, 4, PcieGeneration.GEN4),
            new Product("A10", 23028, NvLinkGeneration.AMPERE_BRIDGE, 0, PcieGeneration.GEN4),
            new Product("8000", 49152, NvLinkGeneration.VOLTA, 2, PcieGeneration.GEN3),
            new Product("T4", 15360, NvLinkGeneration.VOLTA, 0, PcieGeneration.GEN3),
            new Product("L4", 23034, NvLinkGeneration.HOPPER, 0, PcieGeneration.GEN4),
            new Product("L40", 46068, NvLinkGeneration.HOPPER, 0, PcieGeneration.GEN4),
            new Product("L40S", 46068, NvLinkGeneration.HOPPER, 0, PcieGeneration.GEN4),
            new Product("4090", 24564, NvLinkGeneration.HOPPER, 0, PcieGeneration.GEN4),
            new Product("H100", 81559, NvLinkGeneration.HOPPER, 18, PcieGeneration.GEN5),
            new Product("H800", 81559, NvLinkGeneration.HOPPER, 8, PcieGeneration.GEN5),
            new Product("H200", 143771, NvLinkGeneration.HOPPER, 18, PcieGeneration.GEN5),
            new Product("GH200", 97871, NvLinkGeneration.HOPPER, 18, PcieGeneration.GEN5),
            new Product("B200", 183359, NvLinkGeneration.BLACKWELL, 18, PcieGeneration.GEN5),
            new Product("GB200", 189471, NvLinkGeneration.BLACKWELL, 18, PcieGeneration.GEN5));

    private HardwareCatalog() {}

    /** The product that a driver's name speaks of, {@code NVIDIA-A100-SXM4-40GB} say, with the memory it names. */
    public static Optional<Product> find(String name) {
        for (var product : PRODUCTS) {
            if (hasWord(name, product.word())) {
                var size = SIZE.matcher(name);
                return Optional.of(size.find() ? product.sized(Integer.parseInt(size.group(1))) : product);
            }
        }
        return Optional.empty();
    }

    public static List<Product> products() {
        return PRODUCTS;
    }

    /** Whether one of the dash- or space-separated words of a product's name is this one: A10 is no part of A100. */
    public static boolean hasWord(String name, String word) {
        int from = 0;
        while (true) {
            int at = name.regionMatches(true, from, word, 0, word.length()) ? from : -1;
            int end = from + word.length();
            if (at >= 0 && (end == name.length() || isGap(name.charAt(end)))) {
                return true;
            }
            while (from < name.length() && !isGap(name.charAt(from))) {
                from++;
            }
            if (from >= name.length()) {
                return false;
            }
            from++;
        }
    }

    private static boolean isGap(char c) {
        return c == '-' || c == ' ' || c == '_';
    }
}
