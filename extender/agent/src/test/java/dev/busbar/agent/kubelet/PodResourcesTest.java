package dev.busbar.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against a gRPC server on a Unix socket; a real kubelet's socket is read end to end elsewhere. */
class PodResourcesTest {

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration AMPLE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void devices_and_cpus_are_told_by_container() throws IOException {
        // PodResources{name, namespace, containers{name, devices{resource, ids}, devices{...}, cpu_ids packed}}
        var devices = message(1, text("nvidia.com/gpu")) + message(2, text("GPU-a")) + message(2, text("GPU-b"));
        var more = message(1, text("nvidia.com/gpu")) + message(2, text("GPU-c"));
        var container = message(1, text("main")) + message(2, devices) + message(2, more) + message(3, "0102ac02");
        var pod = message(1, text("p1")) + message(2, text("team")) + message(3, container);
        var server = serve(message(1, pod), message(2, "000102ac02"));

        var answer = ask();

        assertThat(answer)
                .isEqualTo(new PodResources.Answer.Told(
                        List.of(new ContainerDevices(
                                "team",
                                "p1",
                                "main",
                                Map.of("nvidia.com/gpu", List.of("GPU-a", "GPU-b", "GPU-c")),
                                Set.of(1, 2, 300))),
                        Set.of(0, 1, 2, 300)));
        server.shutdownNow();
    }

    @Test
    void a_socket_that_hangs_is_left_after_the_time_out() throws IOException {
        var server = start(new byte[0], new byte[0], Manner.SILENT);
        var started = System.nanoTime();

        var answer = ask(SHORT);

        assertThat(answer).isEqualTo(new PodResources.Answer.Silent("the kubelet's PodResources socket hangs"));
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(AMPLE);
        server.shutdownNow();
    }

    @Test
    void no_socket_no_server_and_no_protobuf_are_told_apart() throws IOException {
        assertThat(ask()).isEqualTo(new PodResources.Answer.Silent("the kubelet's PodResources socket does not exist"));

        Files.createFile(folder.resolve("kubelet.sock"));
        assertThat(ask())
                .isEqualTo(new PodResources.Answer.Silent("the kubelet's PodResources socket does not answer"));
        Files.delete(folder.resolve("kubelet.sock"));

        var server = serve("0a7f00", "");

        assertThat(ask()).isEqualTo(new PodResources.Answer.Silent("the kubelet's PodResources answer can't be read"));
        server.shutdownNow();
    }

    @Test
    void random_bytes_are_read_or_refused_and_nothing_else() {
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            var bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 2) {
                bytes[0] = 0x0a; // looks like a pod
                bytes[1] = (byte) (bytes.length - 2);
            }
            try {
                PodResourcesList.containers(bytes);
                PodResourcesList.allocatableCpus(bytes);
            } catch (IOException _) {
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 20_000);
    }

    private PodResources.Answer ask() {
        return ask(AMPLE);
    }

    private PodResources.Answer ask(Duration timeout) {
        try (var client = new PodResources(folder.resolve("kubelet.sock"), timeout)) {
            return client.list();
        }
    }

    private enum Manner {
        ANSWERS,
        SILENT
    }

    private Server serve(String list, String allocatable) throws IOException {
        return start(HexFormat.of().parseHex(list), HexFormat.of().parseHex(allocatable), Manner.ANSWERS);
    }

    private Server start(byte[] list, byte[] allocatable, Manner manner) throws IOException {
        var service = ServerServiceDefinition.builder("v1.PodResourcesLister")
                .addMethod(method("List"), ServerCalls.asyncUnaryCall((_, observer) -> {
                    if (manner == Manner.ANSWERS) {
                        observer.onNext(list);
                        observer.onCompleted();
                    }
                }))
                .addMethod(method("GetAllocatableResources"), ServerCalls.asyncUnaryCall((_, observer) -> {
                    observer.onNext(allocatable);
                    observer.onCompleted();
                }))
                .build();
        return NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(folder.resolve("kubelet.sock")))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .addService(service)
                .build()
                .start();
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("v1.PodResourcesLister/" + name)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A field of wire type 2 as hexadecimal digits. */
    private static String message(int field, String content) {
        var out = new ByteArrayOutputStream();
        out.write((field << 3) | 2);
        int length = content.length() / 2;
        if (length > 127) {
            out.write((length & 0x7f) | 0x80);
            out.write(length >> 7);
        } else {
            out.write(length);
        }
        return HexFormat.of().formatHex(out.toByteArray()) + content;
    }

    private static String text(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
