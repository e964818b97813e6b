package dev.busbar.core.score;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A placement's score term by term, in thousandths of a GPU: gains are positive, losses negative, and the score is
 * their sum.
 */
public record Breakdown(
        double bandwidth,
        double locality,
        double nic,
        double headroom,
        double loss,
        double slots,
        double spread,
        double gang) {
    public static final Breakdown ZERO = new Breakdown(0, 0, 0, 0, 0, 0, 0, 0);

    /** The terms in the order in which people read them. */
    public enum Term {
        /** What the links give the pod: its GPUs x 1000 x (GB/s of the set / best GB/s of that size anywhere). */
        BANDWIDTH,
        /** Whether the GPUs sit on one NUMA node. */
        LOCALITY,
        /** How near the RDMA cards are. */
        NIC,
        /** Room on the GPU beside a share. */
        HEADROOM,
        /** What the pods to come lose: GPUs stranded for want of CPU, memory, whole GPUs or links. */
        LOSS,
        /** Slots that big pods will miss. */
        SLOTS,
        /** Distance from other GPU pods, for pods that want it. */
        SPREAD,
        /** Nearness to the other members of the pod's gang. */
        GANG
    }

    /** A placement measured on its node alone: the gang is looked at afterwards. */
    Breakdown(
            double bandwidth, double locality, double nic, double headroom, double loss, double slots, double spread) {
        this(bandwidth, locality, nic, headroom, loss, slots, spread, 0);
    }

    public double score() {
        return bandwidth + locality + nic + headroom + loss + slots + spread + gang;
    }

    /** The same with another price of slots. */
    public Breakdown withSlots(double other) {
        return new Breakdown(bandwidth, locality, nic, headroom, loss, other, spread, gang);
    }

    /** The same with another nearness to the pod's gang. */
    public Breakdown withGang(double other) {
        return new Breakdown(bandwidth, locality, nic, headroom, loss, slots, spread, other);
    }

    public Map<String, Double> terms() {
        var terms = new EnumMap<Term, Double>(Term.class);
        terms.put(Term.BANDWIDTH, bandwidth);
        terms.put(Term.LOCALITY, locality);
        terms.put(Term.NIC, nic);
        terms.put(Term.HEADROOM, headroom);
        terms.put(Term.LOSS, loss);
        terms.put(Term.SLOTS, slots);
        terms.put(Term.SPREAD, spread);
        terms.put(Term.GANG, gang);
        var named = new LinkedHashMap<String, Double>();
        terms.forEach((term, value) -> named.put(term.name().toLowerCase(Locale.ROOT), value));
        return named;
    }
}
