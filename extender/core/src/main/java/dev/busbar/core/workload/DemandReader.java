package dev.busbar.core.workload;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.Conditions.LinkNeed;
import dev.busbar.core.workload.Conditions.NumaNeed;
import dev.busbar.core.workload.Conditions.RdmaNeed;
import dev.busbar.core.workload.Demand.Flaw;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a pod's demand from its summed resources (thousandths by name) and its annotations. */
public final class DemandReader {
    private static final long MAX_MILLI = GpuSet.MAX_GPUS * 1000L;
    private static final long MEBIBYTE = 1L << 20;

    private final ResourceNames names;
    private final Set<String> ours;

    public DemandReader(ResourceNames names) {
        this.names = names;
        this.ours = Set.copyOf(List.of(
                names.devicePlugin(),
                names.whole(),
                names.shareMemory(),
                names.shareMilli(),
                names.shareMemoryMebibytes(),
                names.sharePercent()));
    }

    public Demand read(Map<String, Long> resources, Map<String, String> annotations) {
        try {
            var ask = new GpuAsk(
                    devices(resources),
                    Math.max(0, resources.getOrDefault("cpu", 0L)),
                    Math.max(0, resources.getOrDefault("memory", 0L) / 1000),
                    conditions(annotations),
                    intent(annotations.getOrDefault(Annotations.INTENT, "pack")));
            return strangerIn(resources, annotations)
                    .<Demand>map(found -> new Demand.Malformed(Flaw.UNKNOWN_KEY, found, ask))
                    .orElseGet(() -> new Demand.Asks(ask));
        } catch (Unreadable e) {
            return new Demand.Malformed(e.flaw, e.found);
        }
    }

    /** A key that begins like ours and is none, most likely a slip: what it was to ask would be passed over. */
    private Optional<String> strangerIn(Map<String, Long> resources, Map<String, String> annotations) {
        return stranger(resources.keySet(), ours)
                .map(key -> hinted(key, ours))
                .or(() -> stranger(annotations.keySet(), Annotations.KNOWN).map(key -> hinted(key, Annotations.ASKED)));
    }

    /** The first by name, so that the answer is the same each time. */
    private static Optional<String> stranger(Set<String> keys, Set<String> known) {
        @Nullable String first = null;
        for (var key : keys) {
            boolean strange = key.startsWith(Annotations.PREFIX) && !known.contains(key);
            if (strange && (first == null || key.compareTo(first) < 0)) {
                first = key;
            }
        }
        return Optional.ofNullable(first);
    }

    private static String hinted(String key, Set<String> known) {
        int prefix = Annotations.PREFIX.length();
        var words = known.stream()
                .filter(other -> other.startsWith(Annotations.PREFIX))
                .map(other -> other.substring(prefix))
                .toList();
        var meant = Nearest.to(key.substring(prefix), words);
        return meant.map(word -> "%s; maybe %s%s is meant".formatted(key, Annotations.PREFIX, word))
                .orElse(key);
    }

    private GpuAsk.Devices devices(Map<String, Long> resources) {
        long plugin = pluginGpus(resources);
        long whole = resources.getOrDefault(names.whole(), 0L);
        long bytes = bytes(resources);
        long milli = milli(resources);
        int kinds = (plugin != 0 ? 1 : 0) + (whole != 0 ? 1 : 0) + (bytes != 0 || milli != 0 ? 1 : 0);
        if (kinds > 1) {
            throw new Unreadable(Flaw.MIXED, "");
        }
        if (plugin != 0) {
            return new GpuAsk.Whole(count(plugin), Allocator.DEVICE_PLUGIN);
        }
        if (whole != 0) {
            return new GpuAsk.Whole(count(whole), Allocator.BUSBAR);
        }
        if (kinds == 0) {
            return GpuAsk.NO_GPU;
        }
        if (bytes < 0 || milli < 0 || milli > GpuAsk.MILLI_PER_GPU) {
            throw new Unreadable(Flaw.SHARE, bytes + " bytes, " + milli + " milli");
        }
        return new GpuAsk.Share(withContext(bytes), (int) milli);
    }

    /** HAMi's pods write a whole GPU beside the share of it that they ask. Of several GPUs there is no share. */
    private long pluginGpus(Map<String, Long> resources) {
        long plugin = resources.getOrDefault(names.devicePlugin(), 0L);
        boolean isShared = resources.getOrDefault(names.shareMemoryMebibytes(), 0L) != 0
                || resources.getOrDefault(names.sharePercent(), 0L) != 0;
        return plugin == 1000 && isShared ? 0 : plugin;
    }

    private long withContext(long bytes) {
        return bytes == 0 ? 0 : bytes + Math.min(names.contextBytes(), Long.MAX_VALUE - bytes);
    }

    private static int count(long milli) {
        if (milli < 0 || milli > MAX_MILLI || milli % 1000 != 0) {
            throw new Unreadable(
                    Flaw.COUNT,
                    BigDecimal.valueOf(milli, 3).stripTrailingZeros().toPlainString());
        }
        return (int) (milli / 1000);
    }

    private long bytes(Map<String, Long> resources) {
        long thousandths = resources.getOrDefault(names.shareMemory(), 0L);
        if (thousandths % 1000 != 0 && thousandths != Long.MAX_VALUE) {
            throw new Unreadable(Flaw.SHARE, thousandths / 1000.0 + " bytes");
        }
        long bytes = thousandths / 1000;
        long mebibytes = resources.getOrDefault(names.shareMemoryMebibytes(), 0L) / 1000;
        if (mebibytes > Long.MAX_VALUE / MEBIBYTE) {
            throw new Unreadable(Flaw.SHARE, mebibytes + " MiB");
        }
        return bytes != 0 ? bytes : mebibytes * MEBIBYTE;
    }

    private long milli(Map<String, Long> resources) {
        long milli = resources.getOrDefault(names.shareMilli(), 0L);
        if (milli % 1000 != 0) {
            throw new Unreadable(Flaw.SHARE, milli / 1000.0 + " milli");
        }
        long percent = resources.getOrDefault(names.sharePercent(), 0L) / 1000;
        return milli != 0 ? milli / 1000 : Math.min(percent, Integer.MAX_VALUE) * 10;
    }

    private static Conditions conditions(Map<String, String> annotations) {
        return new Conditions(
                bandwidth(annotations.getOrDefault(Annotations.MIN_BANDWIDTH, "0")),
                pick(LinkNeed.class, annotations.getOrDefault(Annotations.LINK, "any"), Flaw.LINK),
                pick(NumaNeed.class, annotations.getOrDefault(Annotations.NUMA, "any"), Flaw.NUMA),
                pick(RdmaNeed.class, annotations.getOrDefault(Annotations.RDMA, "none"), Flaw.RDMA),
                products(annotations.getOrDefault(Annotations.GPU_PRODUCT, "")));
    }

    private static double bandwidth(String text) {
        // Plain digits only: Double.parseDouble would also take NaN, 0x1p3 and 5f.
        if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?")) {
            throw new Unreadable(Flaw.MIN_BANDWIDTH, text);
        }
        return Double.parseDouble(text);
    }

    private static Set<String> products(String text) {
        if (text.isEmpty()) {
            return Set.of();
        }
        var words = new LinkedHashSet<String>(Arrays.asList(text.split("\\|", -1)));
        if (words.size() > 32 || words.stream().anyMatch(word -> !word.matches("[A-Za-z0-9.]{1,63}"))) {
            throw new Unreadable(Flaw.PRODUCT, text);
        }
        return words;
    }

    private static Intent intent(String text) {
        return pick(Intent.class, text, Flaw.INTENT);
    }

    private static <E extends Enum<E>> E pick(Class<E> type, String text, Flaw flaw) {
        for (var value : type.getEnumConstants()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                return value;
            }
        }
        throw new Unreadable(flaw, text);
    }

    private static final class Unreadable extends RuntimeException {
        private final Flaw flaw;
        private final String found;

        Unreadable(Flaw flaw, String found) {
            super(found, null, false, false);
            this.flaw = flaw;
            this.found = found;
        }
    }
}
