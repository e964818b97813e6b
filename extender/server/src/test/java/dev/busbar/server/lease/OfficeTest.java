package dev.busbar.server.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.server.lease.LeaseConfig.Role;
import dev.busbar.testclusters.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Two offices about one Lease of ten seconds, renewed each two; a write takes three seconds at most. */
class OfficeTest {
    private static final LeaseConfig CONFIG =
            new LeaseConfig(Role.HOLD, "kube-system", "busbar", "", Duration.ofSeconds(10), Duration.ofSeconds(2));
    private static final Duration WRITES_END = Duration.ofSeconds(3);
    private static final Duration SOON = Duration.ofSeconds(30);

    private final AtomicLong clock = new AtomicLong();
    private final OneLease lease = new OneLease();
    private final Contender a = new Contender("a");
    private final Contender b = new Contender("b");

    /** The API server's side. */
    private static final class OneLease implements Leases {
        private Optional<LeaseRecord> stands = Optional.empty();
        private int versions;
        private boolean away;

        @Override
        public Optional<LeaseRecord> read() {
            if (away) {
                throw new LeaseException("away", new IllegalStateException());
            }
            return stands;
        }

        @Override
        public boolean write(LeaseRecord record) {
            if (!stands.map(LeaseRecord::version).orElse("").equals(record.version())) {
                return false;
            }
            versions++;
            stands = Optional.of(
                    new LeaseRecord(record.holder(), record.lasts(), record.transitions(), Integer.toString(versions)));
            return true;
        }
    }

    private final class Contender implements Duties {
        private final Tenure tenure = new Tenure(clock::get);
        private final Office office;
        private final AtomicInteger takenOver = new AtomicInteger();
        private int handedOver;

        Contender(String name) {
            office = new Office(CONFIG, new Office.Contender(lease, name, WRITES_END), tenure, this, clock::get);
        }

        @Override
        public boolean takeOver() {
            takenOver.incrementAndGet();
            return true;
        }

        @Override
        public void handOver() {
            handedOver++;
        }

        /** Lets the thread that takes over come to its end. */
        void settle(int times) {
            Await.until("taken over", SOON, () -> {
                office.tick();
                return takenOver.get() == times && tenure.lasts();
            });
        }
    }

    private void at(double seconds, Contender... alive) {
        clock.set((long) (seconds * 1e9));
        for (var contender : alive) {
            contender.office.tick();
        }
    }

    @Test
    void the_first_decides_at_once_and_the_second_not_while_it_renews() {
        at(0, a, b);
        a.settle(1);
        for (int second = 1; second < 60; second++) {
            at(second, a, b);
        }

        assertThat(a.tenure.lasts()).isTrue();
        assertThat(b.tenure.lasts()).isFalse();
        assertThat(b.tenure.missing()).contains("another Busbar decides");
        assertThat(b.takenOver).hasValue(0);
    }

    @Test
    void one_that_was_stopped_has_no_tenure_when_it_goes_on_and_the_other_waits_for_its_writes() {
        at(0, a, b);
        a.settle(1);
        var decides = new ArrayList<String>();
        for (int second = 1; second <= 16; second++) {
            at(second, b);
            decides.add("%d a=%s b=%s".formatted(second, a.tenure.lasts(), b.office.isTakingOver()));
        }
        b.settle(1);
        at(17, a, b);

        // b saw a's Lease last at 0. It is over after 10, looked at each 2: taken at 12; a's writes are over at 15.
        assertThat(decides)
                .contains("8 a=true b=false", "9 a=false b=false", "14 a=false b=false", "15 a=false b=true");
        assertThat(a.tenure.lasts()).isFalse();
        assertThat(a.handedOver).isEqualTo(1);
        assertThat(b.tenure.lasts()).isTrue();
    }

    @Test
    void a_lease_that_could_not_be_renewed_for_a_while_goes_on_when_nobody_took_it() {
        at(0, a);
        a.settle(1);
        lease.away = true;
        at(20, a);
        var meanwhile = a.tenure.lasts();
        lease.away = false;
        at(22, a);

        assertThat(meanwhile).isFalse();
        assertThat(a.tenure.lasts()).isTrue();
        assertThat(a.takenOver).hasValue(1);
        assertThat(a.handedOver).isZero();
    }

    @Test
    void a_lease_that_was_given_back_is_taken_without_waiting() {
        at(0, a, b);
        a.settle(1);
        a.office.close();
        at(2, b);
        b.settle(1);

        assertThat(a.tenure.lasts()).isFalse();
        assertThat(lease.stands.orElseThrow().holder()).isEqualTo("b");
        assertThat(lease.stands.orElseThrow().transitions()).isEqualTo(1);
    }
}
