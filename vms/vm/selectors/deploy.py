"""What the deploy form offers, in a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Coalesce

from controlpanel.lib.prepared import Given, PreparedQuery
from vms.catalogue.selectors.images import default_image
from vms.catalogue.selectors.offers import clusters_on_offer, images_on_offer, offers_in_cluster
from vms.core.names import name_candidates
from vms.models import VM, Cluster, FluenceAccount, Image, Offer, SSHKey
from vms.ssh_key.selectors import ssh_keys_for_account

from .free import Free, free_and_taken


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be deployed. `cluster_id` is the place whose configurations are `offers`.

    `clusters` have `price_from` (USD/h, None when sold out); sizes are in GB. `image` is the one
    to begin with.
    """

    clusters: list[Any]
    cluster_id: str
    offers: list[Offer]
    images: list[Any]
    keys: list[SSHKey]
    min_boot_disk_gb: int
    free_name: str
    image: Image | None
    free: Free

    @property
    def cheapest_configuration_id(self) -> str:
        left = [offer for offer in self.offers if offer.available]
        return min(left, key=lambda offer: offer.price_hour).configuration_id if left else ""

    def cluster(self, cluster_id: str) -> Cluster | None:
        return next((each for each in self.clusters if each.pk == cluster_id), None)

    def offer(self, configuration_id: str) -> Offer | None:
        return next((o for o in self.offers if o.configuration_id == configuration_id), None)


def deploy_choice(account: FluenceAccount | None, asked_cluster_id: str) -> Choice:
    """Return what is on offer in the place asked for, else in the cheapest with any left."""
    clusters = clusters_on_offer()
    images = _images(account)
    candidates = name_candidates()
    known = [cluster.pk for cluster in clusters]
    cluster_id = asked_cluster_id if asked_cluster_id in known else (known[0] if known else "")
    free, taken = free_and_taken(account, cluster_id, candidates)
    return Choice(
        clusters=clusters,
        cluster_id=cluster_id,
        offers=offers_in_cluster(cluster_id),
        images=images,
        keys=ssh_keys_for_account(account),
        min_boot_disk_gb=clusters[0].min_boot_disk_gb if clusters else 0,
        free_name=next((name for name in candidates if name not in taken), candidates[-1]),
        image=default_image(images, images[0].used_last if images else ""),
        free=free,
    )


def _images(account: FluenceAccount | None) -> list[Any]:
    """Return the images on offer, each with `used_last`: that of the VM deployed last, by name."""
    return _IMAGES(team=account.team_id if account else None)


def _images_used() -> QuerySet[Any]:
    # By the team, for an index has its VMs in this order.
    vms = VM.objects.filter(team=Given("team", UUIDField())).exclude(image="")
    newest = vms.order_by("-created_at", "-pk").values("image")[:1]
    return images_on_offer().annotate(used_last=Coalesce(Subquery(newest), Value("")))


_IMAGES = PreparedQuery(_images_used)
