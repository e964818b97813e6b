package dev.busbar.agent.kubelet;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A gRPC server on a Unix socket that answers as a kubelet's PodResources does, or not. */
public final class StandInKubelet implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Server server;
    private volatile byte[] list = {};
    private volatile byte[] allocatable = {};
    private volatile Manner manner = Manner.ANSWERS;

    /** How it treats who asks. */
    public enum Manner {
        ANSWERS,
        SILENT,
        /** It has no word for the CPUs that there are to give. */
        WITHOUT_CPUS
    }

    private StandInKubelet(Path socket) throws IOException {
        var service = ServerServiceDefinition.builder("v1.PodResourcesLister")
                .addMethod(PodResources.method("List"), ServerCalls.asyncUnaryCall((_, observer) -> {
                    if (manner != Manner.SILENT) {
                        answer(observer, list);
                    }
                }))
                .addMethod(PodResources.method("GetAllocatableResources"), ServerCalls.asyncUnaryCall((_, observer) -> {
                    if (manner == Manner.ANSWERS) {
                        answer(observer, allocatable);
                    } else {
                        observer.onError(
                                Status.UNKNOWN.withDescription("disabled").asRuntimeException());
                    }
                }))
                .build();
        server = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .addService(service)
                .build()
                .start();
    }

    public static StandInKubelet at(Path socket) throws IOException {
        return new StandInKubelet(socket);
    }

    /** Its answers from now on. */
    public void says(byte[] pods, byte[] cpus) {
        list = pods;
        allocatable = cpus;
    }

    public void turns(Manner next) {
        manner = next;
    }

    /** A pod with devices in its only container, as hexadecimal digits of a ListPodResourcesResponse. */
    public static String pod(String namespace, String name, String resource, String... ids) {
        var devices = message(1, text(resource))
                + Stream.of(ids).map(id -> message(2, text(id))).collect(Collectors.joining());
        var container = message(1, text("main")) + message(2, devices);
        return message(1, message(1, text(name)) + message(2, text(namespace)) + message(3, container));
    }

    private static void answer(StreamObserver<byte[]> observer, byte[] message) {
        observer.onNext(message);
        observer.onCompleted();
    }

    @Override
    public void close() {
        server.shutdownNow();
        var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    /** A field of wire type 2 as hexadecimal digits. */
    static String message(int field, String content) {
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

    static String text(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
