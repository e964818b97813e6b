package dev.busbar.agent.kubelet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decodes the answers of the kubelet's v1.PodResourcesLister; the numbers are those of its api.proto. */
final class PodResourcesList {

    private PodResourcesList() {}

    /** ListPodResourcesResponse. */
    static List<ContainerDevices> containers(byte[] answer) throws IOException {
        var containers = new ArrayList<ContainerDevices>();
        for (var wire = new Wire(answer); wire.next(); ) {
            if (wire.field() == 1) {
                pod(wire.message(), containers);
            }
        }
        return containers;
    }

    /** The CPUs in an AllocatableResourcesResponse. */
    static Set<Integer> allocatableCpus(byte[] answer) throws IOException {
        var cpus = new HashSet<Integer>();
        for (var wire = new Wire(answer); wire.next(); ) {
            if (wire.field() == 2) {
                addAll(cpus, wire.numbers());
            }
        }
        return cpus;
    }

    private static void pod(Wire wire, List<ContainerDevices> into) throws IOException {
        var name = "";
        var namespace = "";
        var containers = new ArrayList<Wire>();
        while (wire.next()) {
            switch (wire.field()) {
                case 1 -> name = wire.text();
                case 2 -> namespace = wire.text();
                case 3 -> containers.add(wire.message());
                default -> {} // a field we have no use for
            }
        }
        for (var container : containers) {
            into.add(container(namespace, name, container));
        }
    }

    private static ContainerDevices container(String namespace, String pod, Wire wire) throws IOException {
        var name = "";
        var devices = new HashMap<String, List<String>>();
        var cpus = new HashSet<Integer>();
        while (wire.next()) {
            switch (wire.field()) {
                case 1 -> name = wire.text();
                case 2 -> {
                    var found = devices(wire.message());
                    devices.computeIfAbsent(found.resource(), _ -> new ArrayList<>())
                            .addAll(found.ids());
                }
                case 3 -> addAll(cpus, wire.numbers());
                default -> {} // a field we have no use for
            }
        }
        return new ContainerDevices(namespace, pod, name, devices, cpus);
    }

    /** A resource's name and device ids; the kubelet sends one such message per NUMA node and resource. */
    private record Devices(String resource, List<String> ids) {}

    private static Devices devices(Wire wire) throws IOException {
        var resource = "";
        var ids = new ArrayList<String>();
        while (wire.next()) {
            switch (wire.field()) {
                case 1 -> resource = wire.text();
                case 2 -> ids.add(wire.text());
                default -> {} // a field we have no use for
            }
        }
        return new Devices(resource, Collections.unmodifiableList(ids));
    }

    private static void addAll(Set<Integer> cpus, long[] numbers) {
        for (long number : numbers) {
            cpus.add((int) number);
        }
    }
}
