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
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads a pod's demand from its summed resources (thousandths by name) and its annotations. */
public final class DemandReader {
    private static final long MAX_MILLI = GpuSet.MAX_GPUS * 1000L;
    private static final long MEBIBYTE = 1L << 20;

    private final ResourceNames names;

    public DemandReader(ResourceNames names) {
        this.names = names;
    }

    public Demand read(Map<String, Long> resources, Map<String, String> annotations) {
        try {
            var ask = new GpuAsk(
                    devices(resources),
                    Math.max(0, resources.getOrDefault("cpu", 0L)),
                    Math.max(0, resources.getOrDefault("memory", 0L) / 1000),
                    conditions(annotations),
                    intent(annotations.getOrDefault(Annotations.INTENT, "pack")));
            return new Demand.Asks(ask);
        } catch (Unreadable e) {
            return new Demand.Malformed(e.flaw, e.found);
        }
    }

    private GpuAsk.Devices devices(Map<String, Long> resources) {
        long plugin = resources.getOrDefault(names.devicePlugin(), 0L);
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
