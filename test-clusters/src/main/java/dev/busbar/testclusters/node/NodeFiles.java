package dev.busbar.testclusters.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The configuration of one node's containerd, network plugin and kubelet.
 *
 * @param number tells nodes of one network apart: in addresses, and in the name of the bridge
 * @param cgroup the control group that all containers are below
 */
record NodeFiles(Path folder, int number, String cgroup) {
    static final String PAUSE = "busbar.test/pause:1";
    /** Where a kubelet's configuration lies on a node that kubeadm made, as programs on the node know. */
    static final String KUBELET = "/var/lib/kubelet/config.yaml";

    private static final String PLUGINS = "/usr/lib/cni";

    String address() {
        return "10.99.0." + number;
    }

    Path containerdSocket() {
        return folder.resolve("containerd.sock");
    }

    Path containerd() {
        return folder.resolve("containerd.toml");
    }

    Path kubelet() {
        return folder.resolve("kubelet.yaml");
    }

    void write() throws IOException {
        var network = Files.createDirectories(folder.resolve("cni"));
        Files.writeString(containerd(), """
            version = 2
            root = "%1$s/containerd"
            state = "/run/containerd/state"
            disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs",
              "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
              "io.containerd.snapshotter.v1.zfs"]
            [grpc]
              address = "%2$s"
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "%3$s"
              # What a root without the right to go below an oom_score_adj may not do.
              restrict_oom_score_adj = true
              disable_hugetlb_controller = true
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                runtime_type = "io.containerd.runc.v2"
                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                  SystemdCgroup = false
              [plugins."io.containerd.grpc.v1.cri".cni]
                bin_dir = "%4$s"
                conf_dir = "%5$s"
            """.formatted(folder, containerdSocket(), PAUSE, PLUGINS, network));
        Files.writeString(network.resolve("10-bridge.conflist"), """
            {"cniVersion": "1.0.0", "name": "pods", "plugins": [{
              "type": "bridge", "bridge": "pods%1$d", "isGateway": true,
              "ipam": {"type": "host-local", "dataDir": "/run/containerd/addresses",
                "ranges": [[{"subnet": "10.98.%1$d.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}
            }]}
            """.formatted(number));
        Files.writeString(folder.resolve("resolv.conf"), "");
        Files.writeString(kubelet(), """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            address: %1$s
            port: 10250
            healthzPort: 0
            authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
            authorization: {mode: AlwaysAllow}
            containerRuntimeEndpoint: unix://%2$s
            cgroupDriver: cgroupfs
            cgroupRoot: %3$s
            failCgroupV1: false
            failSwapOn: false
            oomScoreAdj: 0
            maxOpenFiles: 20000
            makeIPTablesUtilChains: false
            resolvConf: %4$s/resolv.conf
            volumePluginDir: /var/lib/kubelet/volume-plugins
            evictionHard: {memory.available: 10Mi, nodefs.available: "1%%", imagefs.available: "1%%"}
            imageGCHighThresholdPercent: 100
            """.formatted(address(), containerdSocket(), cgroup, folder));
    }
}
