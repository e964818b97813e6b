package dev.busbar.simulator;

import dev.busbar.core.score.Shape;
import java.util.List;

/** Pods told apart by how much GPU they ask. */
enum PodClass {
    CPU_ONLY,
    SHARE,
    ONE,
    TWO_TO_SEVEN,
    EIGHT;

    /** In the order of the values. */
    static final List<String> NAMES = List.of("CPU only", "share", "1 GPU", "2 to 7", "8 GPUs");

    static PodClass of(Shape shape) {
        if (shape.gpus() == 0) {
            return CPU_ONLY;
        }
        if (shape.isShare()) {
            return SHARE;
        }
        return shape.gpus() == 1 ? ONE : shape.gpus() < 8 ? TWO_TO_SEVEN : EIGHT;
    }
}
