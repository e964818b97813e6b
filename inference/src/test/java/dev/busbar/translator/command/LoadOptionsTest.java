package dev.busbar.translator.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.translator.model.Device;
import dev.busbar.translator.model.Placement;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LoadOptionsTest {
    @Test
    void models_are_on_the_processor_unless_a_gpu_is_named() {
        assertThat(options().places()).isEqualTo(List.of(Placement.on(Device.CPU)));
    }

    @Test
    void each_gpu_named_has_a_copy_of_the_models() {
        assertThat(options("--gpu", "0,3", "--gpu-memory", "1").places())
                .isEqualTo(List.of(Placement.on(gpu(0)), Placement.on(gpu(3))));
    }

    @Test
    void decoders_may_have_gpus_of_their_own() {
        assertThat(options("--gpu", "0,2", "--decoder-gpu", "1,3", "--gpu-memory", "1")
                        .places())
                .isEqualTo(List.of(new Placement(gpu(0), gpu(1)), new Placement(gpu(2), gpu(3))));
    }

    @Test
    void a_decoders_gpu_without_an_encoders_is_refused() {
        assertThatThrownBy(() -> options("--gpu", "0", "--decoder-gpu", "1,2").places())
                .hasMessage("--decoder-gpu ([1, 2]) must name as many devices as --gpu ([0])");
    }

    private static Device gpu(int number) {
        return new Device.Cuda(number, 1 << 20);
    }

    private static LoadOptions options(String... arguments) {
        LoadOptions options = new LoadOptions();
        new CommandLine(options).parseArgs(arguments);
        return options;
    }
}
