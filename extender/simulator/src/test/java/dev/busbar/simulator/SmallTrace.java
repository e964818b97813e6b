package dev.busbar.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A trace of two nodes with two GPUs each and a list named small, written as files. */
final class SmallTrace {
    private SmallTrace() {}

    /** Pods of one GPU and 4 cores; every second one runs 100 s, the others 300 s. */
    static Path write(Path folder, int arrivals) throws IOException {
        Files.writeString(folder.resolve("nodes.csv"), """
            sn,cpu_milli,memory_mib,gpu,model
            node-a,16000,65536,2,T4
            node-b,16000,65536,2,P100
            """);
        Files.writeString(folder.resolve("openb_pod_list_small.csv"), """
            name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time
            pod-0,4000,1024,1,1000,,LS,Running,0,100,0
            pod-1,4000,1024,1,1000,P100,LS,Running,0,300,0
            """);
        Files.createDirectories(folder.resolve("orders"));
        String order = IntStream.range(0, arrivals)
                .mapToObj(i -> Integer.toString(i % 2))
                .collect(Collectors.joining(" "));
        Files.writeString(folder.resolve("orders/small_42.txt"), order + "\n1 0\n");
        return folder;
    }
}
