package dev.busbar.server.kube;

import dev.busbar.server.lease.LeaseRecord;
import dev.busbar.server.lease.Leases;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/** A Lease through the API server. The client must not repeat a write by itself, and must give up in bounded time. */
record KubeLeases(KubernetesClient client, String namespace, String name) implements Leases {
    private static final int CONFLICT = 409;

    @Override
    public Optional<LeaseRecord> read() {
        try {
            return Optional.ofNullable(client.leases()
                            .inNamespace(namespace)
                            .withName(name)
                            .get())
                    .map(KubeLeases::record);
        } catch (KubernetesClientException e) {
            throw failed(e);
        }
    }

    private static LeaseRecord record(Lease lease) {
        var spec = lease.getSpec();
        var version = lease.getMetadata().getResourceVersion();
        if (spec == null) {
            return new LeaseRecord("", Duration.ZERO, 0, version);
        }
        return new LeaseRecord(
                spec.getHolderIdentity() == null ? "" : spec.getHolderIdentity(),
                Duration.ofSeconds(spec.getLeaseDurationSeconds() == null ? 0 : spec.getLeaseDurationSeconds()),
                spec.getLeaseTransitions() == null ? 0 : spec.getLeaseTransitions(),
                version);
    }

    @Override
    public boolean write(LeaseRecord record) {
        var path = "/apis/coordination.k8s.io/v1/namespaces/%s/leases".formatted(namespace);
        try {
            if (record.version().isEmpty()) {
                client.raw(path, "POST", lease(record));
            } else {
                client.raw(path + "/" + name, "PUT", lease(record));
            }
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == CONFLICT) {
                return false;
            }
            throw failed(e);
        }
    }

    /** A version in the object makes the API server refuse it when it was changed since. */
    private Lease lease(LeaseRecord record) {
        var now = ZonedDateTime.ofInstant(InstantSource.system().instant(), ZoneOffset.UTC);
        return new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withResourceVersion(record.version().isEmpty() ? null : record.version())
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(record.holder())
                .withLeaseDurationSeconds(Math.toIntExact(record.lasts().toSeconds()))
                .withLeaseTransitions(record.transitions())
                .withRenewTime(now)
                .endSpec()
                .build();
    }

    private static LeaseException failed(KubernetesClientException e) {
        return new LeaseException(String.valueOf(e.getMessage()), e);
    }
}
