package dev.busbar.agent;

import dev.busbar.agent.kubelet.PodResources;
import dev.busbar.agent.nvml.FoundGpu;
import dev.busbar.agent.nvml.Inventory;
import dev.busbar.agent.nvml.Nvml;
import dev.busbar.agent.nvml.Use;
import dev.busbar.agent.ops.Vitals;
import dev.busbar.agent.process.ProcessPods;
import dev.busbar.agent.process.VisibleDevices;
import dev.busbar.agent.sysfs.PciTree;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.NumaUse;
import dev.busbar.files.gputopology.PodDevices;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Looks at the machine once and says what it saw. Nothing it asks can hold it up or make it fail. */
final class Observer implements AutoCloseable {

    /** Reading links and instances is many calls; what they tell changes seldom. */
    static final Duration INVENTORY_EVERY = Duration.ofSeconds(30);

    private final String node;
    private final Nvml nvml;
    private final Path sysfs;
    private final Path proc;
    private final Discovery discovery;
    private final Usage usage;
    private final VisibleDevices visible;
    private final PodResources podResources;
    private final HealthBook health = new HealthBook();
    private Nvml.Answer<Inventory> inventory = new Nvml.Answer.Silent<>("NVML was not asked yet");
    private Instant nextInventory = Instant.MIN;
    private int gpusOnBus;
    private Vitals.Kubelet kubelet = Vitals.Kubelet.SILENT;
    private List<PodDevices> held = List.of();
    private List<NumaUse> freeCpus = List.of();
    /** GPUs of the inventory that do not tell their use. */
    private Set<String> silent = Set.of();

    private Spec spec = Spec.EMPTY;

    Observer(AgentOptions options) {
        this.node = options.node();
        this.nvml = new Nvml(options.nvml(), AgentOptions.NVML_TIMEOUT);
        this.sysfs = options.sysfs();
        this.proc = options.proc();
        this.discovery = new Discovery(options.sysfs(), options.kubeletConfig());
        this.usage = new Usage(new ProcessPods(options.proc()));
        this.visible = new VisibleDevices(options.proc());
        this.podResources = new PodResources(options.podResources(), AgentOptions.KUBELET_TIMEOUT);
    }

    HealthBook health() {
        return health;
    }

    /** Whether the kubelet told of its pods at the last look. */
    Vitals.Kubelet kubelet() {
        return kubelet;
    }

    /** What an agent before us knew, unless the machine was started anew since. */
    void remember(GpuTopology before) {
        if (Machine.startedBefore(proc, before.status().observedAt())) {
            health.remember(before);
            held = before.status().pods().stream()
                    .filter(pod -> pod.seenBy().equals(PodDevices.KUBELET))
                    .toList();
            freeCpus = before.status().numa();
            nextInventory = Instant.MIN;
        }
    }

    GpuTopology observe(Instant now, String allocator) {
        var problems = new ArrayList<String>();
        boolean due = !now.isBefore(nextInventory);
        if (due) {
            nextInventory = now.plus(INVENTORY_EVERY);
            inventory = nvml.inventory();
            gpusOnBus = new PciTree(sysfs).nvidiaGpus();
        }
        var page = page(problems);
        if (due) {
            spec = discovery.spec(page.gpus(), allocator);
        }
        var at = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return GpuTopology.of(node, spec, status(page, at, problems));
    }

    private HealthBook.Page page(List<String> problems) {
        var page = switch (inventory) {
            case Nvml.Answer.Told<Inventory>(var inventory) -> {
                problems.addAll(inventory.problems());
                yield health.read(inventory);
            }
            case Nvml.Answer.Silent<Inventory>(var reason) -> {
                var last = health.lastRead();
                if (!last.gpus().isEmpty() || gpusOnBus > 0) {
                    problems.add(reason);
                }
                yield last;
            }
        };
        if (gpusOnBus > page.gpus().size()) {
            problems.add("the PCI bus shows %d NVIDIA GPUs, NVML %d"
                    .formatted(gpusOnBus, page.gpus().size()));
        }
        return page;
    }

    private Status status(HealthBook.Page page, String at, List<String> problems) {
        var uses = page.gpus().isEmpty() ? Map.<String, Use>of() : uses(problems);
        lookAgainIfOneFallsSilent(page, uses);
        var gpus = page.gpus().stream()
                .map(gpu -> usage.of(gpu, page.conditions().get(gpu.uuid()), uses.get(gpu.uuid()), at))
                .toList();
        var pods = new ArrayList<PodDevices>();
        switch (podResources.list()) {
            case PodResources.Answer.Told told -> {
                kubelet = Vitals.Kubelet.ANSWERS;
                held = Held.pods(told, spec);
                freeCpus = Held.freeCpus(told, spec);
            }
            // Without a kubelet no container begins, and those that run keep what they hold.
            case PodResources.Answer.Silent(var reason) -> {
                kubelet = Vitals.Kubelet.SILENT;
                problems.add(reason);
            }
        }
        pods.addAll(held);
        pods.addAll(visible.read(page.gpus().stream().map(FoundGpu::uuid).toList()));
        return new Status(at, Limits.problems(problems), gpus, Limits.first(Limits.PODS, pods), freeCpus);
    }

    /** The next look then reads the inventory, which tells whether the GPU is still there. */
    private void lookAgainIfOneFallsSilent(HealthBook.Page page, Map<String, Use> uses) {
        var now = page.gpus().stream().map(FoundGpu::uuid).collect(Collectors.toSet());
        now.removeAll(uses.keySet());
        if (!silent.containsAll(now)) {
            nextInventory = Instant.MIN;
        }
        silent = now;
    }

    private Map<String, Use> uses(List<String> problems) {
        return switch (nvml.use()) {
            case Nvml.Answer.Told<List<Use>>(var uses) ->
                uses.stream().collect(Collectors.toMap(Use::uuid, Function.identity(), (first, _) -> first));
            case Nvml.Answer.Silent<List<Use>>(var reason) -> {
                if (!problems.contains(reason)) {
                    problems.add(reason);
                }
                yield Map.of();
            }
        };
    }

    @Override
    public void close() {
        nvml.close();
        podResources.close();
    }
}
