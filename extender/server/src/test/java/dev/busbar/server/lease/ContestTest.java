package dev.busbar.server.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.server.lease.Contest.Step;
import dev.busbar.server.lease.LeaseConfig.Role;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContestTest {
    private static final Duration LASTS = Duration.ofSeconds(15);

    private final Contest hold = new Contest(Role.HOLD, "we");
    private final Contest follow = new Contest(Role.FOLLOW, "node-1");

    private static Optional<LeaseRecord> lease(String holder, String version) {
        return Optional.of(new LeaseRecord(holder, LASTS, 3, version));
    }

    private static long at(double seconds) {
        return (long) (seconds * 1e9);
    }

    @Test
    void where_there_is_none_one_is_made() {
        assertThat(hold.next(Optional.empty(), at(0))).isEqualTo(new Step.Create());
    }

    @Test
    void our_own_is_renewed_also_when_it_is_over() {
        hold.next(lease("we", "1"), at(0));

        assertThat(hold.next(lease("we", "1"), at(100)))
                .isEqualTo(new Step.Renew(lease("we", "1").orElseThrow()));
    }

    @Test
    void anothers_is_left_alone_for_as_long_as_it_lasts_after_we_saw_its_last_renewal() {
        hold.next(lease("they", "1"), at(0));
        hold.next(lease("they", "2"), at(10));

        var justBefore = hold.next(lease("they", "2"), at(25));
        var after = hold.next(lease("they", "2"), at(25.1));

        assertThat(justBefore).isEqualTo(new Step.Stand("they"));
        assertThat(after).isEqualTo(new Step.Take(lease("they", "2").orElseThrow()));
    }

    @Test
    void one_that_was_given_back_is_taken_at_once() {
        assertThat(hold.next(lease("", "1"), at(0)))
                .isEqualTo(new Step.Take(lease("", "1").orElseThrow()));
    }

    @Test
    void who_follows_leads_while_the_scheduler_beside_it_renews() {
        var first = follow.next(lease("node-1_7f3", "1"), at(1));
        var later = follow.next(lease("node-1_7f3", "1"), at(10));
        var renewed = follow.next(lease("node-1_7f3", "2"), at(12));
        var over = follow.next(lease("node-1_7f3", "2"), at(28));

        assertThat(first)
                .isEqualTo(new Step.Lead(lease("node-1_7f3", "1").orElseThrow(), at(1)))
                .isEqualTo(later);
        assertThat(renewed).isEqualTo(new Step.Lead(lease("node-1_7f3", "2").orElseThrow(), at(12)));
        assertThat(over).isEqualTo(new Step.Stand("node-1_7f3"));
    }

    @Test
    void who_follows_stands_by_for_the_scheduler_of_another_host() {
        assertThat(follow.next(lease("node-10_7f3", "1"), at(0))).isEqualTo(new Step.Stand("node-10_7f3"));
        assertThat(follow.next(Optional.empty(), at(1))).isEqualTo(new Step.Stand(""));
    }
}
