package dev.busbar.core.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.workload.Conditions;
import org.junit.jupiter.api.Test;

class RoomTest {
    private static final Room.Product A100 = new Room.Product(3, 80_000);

    @Test
    void what_a_pod_takes_and_gives_back_leaves_the_room_as_it_was() {
        var room = Room.empty(64_000, 256_000, A100, SetChoice.PLAIN, 4);
        var share = Shape.share(4_000, 16_000, 300);

        var taken = room.without(share, 0b0100);

        assertThat(taken.milli(2)).isEqualTo(700);
        assertThat(taken.freeMilli()).isEqualTo(3_700);
        assertThat(taken.whole()).isEqualTo(0b1011);
        assertThat(taken.with(share, 0b0100).fingerprint()).isEqualTo(room.fingerprint());
    }

    @Test
    void a_share_by_memory_weighs_what_it_takes_of_the_product() {
        var room = Room.of(64_000, 256_000, A100, SetChoice.PLAIN, 500, 400);
        var fits = new Shape(0, 0, 1, 0, 40_000, Shape.ANY_PRODUCT, Conditions.NONE);
        var tooLarge = new Shape(0, 0, 1, 0, 40_001, Shape.ANY_PRODUCT, Conditions.NONE);

        // 40,000 of 80,000 MiB are 500 milli
        assertThat(room.fits(fits)).isTrue();
        assertThat(room.without(fits, 1).milli(0)).isZero();
        assertThat(room.fits(tooLarge)).isFalse();
    }

    @Test
    void the_order_of_interchangeable_gpus_does_not_count() {
        assertThat(Room.of(1, 1, A100, SetChoice.PLAIN, 100, 900).fingerprint())
                .isEqualTo(Room.of(1, 1, A100, SetChoice.PLAIN, 900, 100).fingerprint())
                .isNotEqualTo(Room.of(1, 1, A100, SetChoice.PLAIN, 500, 500).fingerprint());
    }

    @Test
    void every_resource_can_refuse() {
        var room = Room.of(8_000, 16_000, A100, SetChoice.PLAIN, 1000, 500);

        assertThat(room.fits(Shape.whole(8_000, 16_000, 1))).isTrue();
        assertThat(room.fits(Shape.whole(8_001, 16_000, 1))).isFalse();
        assertThat(room.fits(Shape.whole(8_000, 16_001, 1))).isFalse();
        assertThat(room.fits(Shape.whole(8_000, 16_000, 2))).isFalse();
        assertThat(room.fits(new Shape(0, 0, 1, 1000, 0, 1L << 2, Conditions.NONE)))
                .isFalse();
    }
}
