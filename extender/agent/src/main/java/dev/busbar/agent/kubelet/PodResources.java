package dev.busbar.agent.kubelet;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The kubelet's PodResources service on its Unix socket: which devices and CPUs it gave to which container. */
public final class PodResources implements AutoCloseable {

    private static final MethodDescriptor<byte[], byte[]> LIST = method("List");
    private static final MethodDescriptor<byte[], byte[]> ALLOCATABLE = method("GetAllocatableResources");
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private final Path socket;
    private final Duration timeout;
    private final EventLoopGroup loop;
    private final ManagedChannel channel;

    public PodResources(Path socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
        this.loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("pod-resources", true), NioIoHandler.newFactory());
        this.channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                .eventLoopGroup(loop)
                .overrideAuthority("localhost")
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .directExecutor()
                .usePlaintext()
                .build();
    }

    /** Either what the kubelet told, or one constant sentence that says why there is nothing. */
    public sealed interface Answer {
        record Told(List<ContainerDevices> containers, Set<Integer> allocatableCpus) implements Answer {
            public Told {
                containers = List.copyOf(containers);
                allocatableCpus = Set.copyOf(allocatableCpus);
            }
        }

        record Silent(String reason) implements Answer {}
    }

    public Answer list() {
        if (!Files.exists(socket)) {
            return new Answer.Silent("the kubelet's PodResources socket does not exist");
        }
        try {
            channel.resetConnectBackoff(); // a kubelet that is back is to be heard at the next look
            var containers = PodResourcesList.containers(call(LIST));
            return new Answer.Told(containers, allocatableCpus());
        } catch (StatusRuntimeException e) {
            return new Answer.Silent(
                    e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED
                            ? "the kubelet's PodResources socket hangs"
                            : "the kubelet's PodResources socket does not answer");
        } catch (IOException _) {
            return new Answer.Silent("the kubelet's PodResources answer can't be read");
        }
    }

    /** None where the kubelet does not tell them: old ones, and those with the feature switched off. */
    private Set<Integer> allocatableCpus() throws IOException {
        try {
            return PodResourcesList.allocatableCpus(call(ALLOCATABLE));
        } catch (StatusRuntimeException e) {
            return switch (e.getStatus().getCode()) {
                case UNIMPLEMENTED, UNKNOWN -> Set.of();
                default -> throw e;
            };
        }
    }

    private byte[] call(MethodDescriptor<byte[], byte[]> method) {
        var options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return ClientCalls.blockingUnaryCall(channel, method, options, new byte[0]);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var _ = loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }

    static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("v1.PodResourcesLister/" + name)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
    }

    /** Messages as they are on the wire. */
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
}
