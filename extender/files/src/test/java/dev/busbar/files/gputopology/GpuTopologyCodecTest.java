package dev.busbar.files.gputopology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class GpuTopologyCodecTest {

    private static final String TWO_GPUS = """
        apiVersion: busbar.dev/v1alpha1
        kind: GpuTopology
        metadata:
          name: n1
        spec:
          gpus:
          - index: 0
            uuid: GPU-a
            product: NVIDIA A100-SXM4-80GB
            memory: 80Gi
            numaNode: 3
            pciBusId: 0000:07:00.0
          - index: 1
            uuid: GPU-b
            memory: 81920Mi
          links: [X NV12, NV12 X]
          nics:
          - name: mlx5_0
            rdma: true
            paths: [PXB, SYS]
        status:
          gpus:
          - uuid: GPU-a
            health: degraded
            reason: NVLink 3 is down
            usedMemory: 512Mi
        """;

    @Test
    void absent_fields_have_their_defaults() {
        var topology = GpuTopologyCodec.fromYaml(TWO_GPUS);

        assertThat(topology.node()).isEqualTo("n1");
        assertThat(topology.spec().gpus().getLast())
                .isEqualTo(new Gpu(1, "GPU-b", "", Memory.parse("80Gi"), -1, "", "", List.of()));
        assertThat(topology.spec().nics()).containsExactly(new Nic("mlx5_0", "", -1, true, 0, List.of("PXB", "SYS")));
        assertThat(topology.spec().kubelet()).isEqualTo(KubeletPolicies.UNKNOWN);
        assertThat(topology.spec().fabric()).isEqualTo(Fabric.NONE);
        assertThat(topology.status().gpus().getFirst().health()).isEqualTo(Health.DEGRADED);
        assertThat(topology.status().observedAt()).isEmpty();
    }

    @Test
    void what_is_written_reads_back_the_same() {
        var topology = GpuTopologyCodec.fromYaml(TWO_GPUS);

        var again = GpuTopologyCodec.fromYaml(GpuTopologyCodec.toYaml(topology));

        assertThat(again).isEqualTo(topology);
        assertThat(GpuTopologyCodec.fromApi(GpuTopologyCodec.toJson(topology))).isEqualTo(topology);
    }

    @Test
    void empty_fields_are_not_written() {
        var bare = GpuTopology.of(
                "n1",
                new Spec(
                        List.of(new Gpu(0, "GPU-a", "", Memory.NONE, -1, "", "", List.of())),
                        List.of("X"),
                        List.of(),
                        Fabric.NONE,
                        List.of(),
                        "",
                        KubeletPolicies.UNKNOWN),
                Status.EMPTY);

        assertThat(GpuTopologyCodec.toYaml(bare)).isEqualTo("""
            apiVersion: busbar.dev/v1alpha1
            kind: GpuTopology
            metadata:
              name: n1
            spec:
              gpus:
              - index: 0
                uuid: GPU-a
                numaNode: -1
              links:
              - X
            """);
    }

    @Test
    void an_unknown_field_of_a_file_is_named_with_its_path() {
        var wrong = TWO_GPUS.replace("numaNode: 3", "numa: 3");

        assertThatThrownBy(() -> GpuTopologyCodec.fromYaml(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("spec.gpus[0]")
                .hasMessageContaining("numa");
    }

    @Test
    void a_newer_field_from_the_api_server_is_passed_over() {
        var newer = """
            {"metadata":{"name":"n1","managedFields":[]},"spec":{"gpus":[],"cooling":"water"}}\
            """;

        assertThat(GpuTopologyCodec.fromApi(newer).node()).isEqualTo("n1");
    }

    @Test
    void a_bad_value_is_named_with_its_path_and_value() {
        assertThatThrownBy(() -> GpuTopologyCodec.fromYaml(TWO_GPUS.replace("80Gi", "80 GB")))
                .hasMessageContaining("spec.gpus[0].memory")
                .hasMessageContaining("80 GB");
        assertThatThrownBy(() -> GpuTopologyCodec.fromYaml(TWO_GPUS.replace("uuid: GPU-b", "product: x")))
                .hasMessageContaining("spec.gpus[1]")
                .hasMessageContaining("uuid (absent)");
        assertThatThrownBy(() -> GpuTopologyCodec.fromYaml("spec: {gpus: [], allocator: both}"))
                .hasMessageContaining("both");
        assertThatThrownBy(() -> GpuTopologyCodec.fromYaml("spec: [")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void memory_is_written_in_the_largest_unit_without_a_fraction() {
        assertThat(Memory.parse("81920Mi")).hasToString("80Gi");
        assertThat(Memory.parse("81559Mi")).hasToString("81559Mi");
        assertThat(Memory.parse("1025")).hasToString("1025");
        assertThat(Memory.parse("2048Ti")).hasToString("2048Ti");
        assertThat(Memory.NONE).hasToString("0");
        assertThatThrownBy(() -> Memory.parse("9999999999999999999Ti")).hasMessageContaining("long");
    }
}
