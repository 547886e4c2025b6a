"""Rows for places and configurations that VMs and disks name before the catalogue shows them."""

from collections.abc import Collection

from controlpanel import fluence
from vms.core.fitting import fitting
from vms.models import Cluster, Configuration


def catalogue_rows_ensure(remotes: Collection[fluence.VM]) -> None:
    """Make rows for clusters and configurations that the catalogue has not shown (yet)."""
    cluster_rows_ensure({vm.cluster_id for vm in remotes})
    by_configuration = {vm.configuration_id: vm for vm in remotes}
    known = Configuration.objects.filter(id__in=by_configuration).values_list("pk", flat=True)
    for pk in known:
        del by_configuration[pk]
    Configuration.objects.bulk_create(
        [_configuration(vm) for _, vm in sorted(by_configuration.items())], ignore_conflicts=True
    )


def cluster_rows_ensure(ids: set[str]) -> None:
    """Make rows for clusters that the catalogue has not shown (yet)."""
    missing = ids - set(Cluster.objects.filter(id__in=ids).values_list("pk", flat=True))
    Cluster.objects.bulk_create(
        [Cluster(id=pk, name=f"Cluster {pk[:8]}") for pk in sorted(missing)],
        ignore_conflicts=True,
    )


def _configuration(remote: fluence.VM) -> Configuration:
    slug = remote.configuration_slug or remote.configuration_id
    return Configuration(
        id=remote.configuration_id,
        slug=fitting(Configuration, "slug", slug),
        family=fitting(Configuration, "family", fluence.family_of(slug)),
        vcpu=remote.vcpu or 0,
        ram_gb=remote.ram_gb or 0,
    )
