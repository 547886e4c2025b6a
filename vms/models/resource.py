"""What all have in common that an account has at Fluence besides its VMs."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from controlpanel.audit.services import Target
from controlpanel.ui.messages import MessageField, said
from vms.core import facts
from vms.core import resource_statuses as statuses

from .account import FluenceAccount
from .catalogue import Cluster
from .vm import VM


class Resource(models.Model):
    """A disk, an address, or a part of a network: our row plus the mirror of the remote one.

    `remote_id` is null until Fluence has said that it made what was asked for. `status` is what
    Fluence last said (`vms.core.resource_statuses` has the panel's own two).
    """

    # As operations and audit entries call it.
    TARGET_TYPE: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(FluenceAccount, on_delete=models.CASCADE, related_name="%(class)ss")
    remote_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null: none yet
    name = models.CharField(max_length=254)
    status = models.CharField(max_length=30, default=statuses.REQUESTED)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # What is wrong with it, or what it waits for.
    said = MessageField()
    # When a change of the panel's own was last written: an answer read before it is not believed.
    changed_at = models.DateTimeField(null=True)
    absent_since = models.DateTimeField(null=True)
    # Since when no page shows it: what was not made, and told to whoever waited for it.
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def problem(self) -> str:
        """What is wrong with it, in the reader's words; nothing if all is well."""
        return said(self.said)

    @property
    def target_id(self) -> str:
        """Its id as `Operation.target_id` holds it."""
        return self.pk.hex

    @property
    def audit_target(self) -> Target:
        """How the audit log names it."""
        return Target(self.TARGET_TYPE, str(self.pk), self.name)

    @property
    def is_present(self) -> bool:
        """Whether Fluence has it, and is not deleting it."""
        return self.remote_id is not None and self.status not in statuses.GOING

    @property
    def is_ready(self) -> bool:
        return self.status == statuses.READY

    @property
    def is_refused(self) -> bool:
        return self.status == statuses.REFUSED

    @property
    def city(self) -> str:
        center = self.cluster.datacenter
        return facts.city(center.city if center else None, self.cluster.name)

    @property
    def place_detail(self) -> str:
        center = self.cluster.datacenter
        return facts.place_detail(center.country_code if center else None, self.cluster.name)


class Attachable(Resource):
    """What a VM may have, and what goes on costing money when it has none.

    `price_hour` is in USD, null where Fluence names no price. `attached_to` is Fluence's id of the
    VM that has it, empty if none has; `vm` is that VM's row. `origin` is the VM that had it last.
    It is left over while no VM has it and it costs money: from the moment in which its VM ends,
    though `is_checked` says whether Fluence has told so since.
    """

    # What Fluence charges now, of those that are not hidden.
    CHARGED: ClassVar[Q] = Q(remote_id__isnull=False) & ~Q(status__in=statuses.UNCHARGED)

    price_hour = models.DecimalField(max_digits=18, decimal_places=10, null=True)
    # The same for sorting by: no database keeps an index in which what has no price comes last.
    price_order = models.GeneratedField(
        expression=Coalesce("price_hour", Value(0), output_field=models.DecimalField()),
        output_field=models.DecimalField(max_digits=18, decimal_places=10),
        db_persist=True,
    )
    attached_to = models.CharField(max_length=40, blank=True)
    vm = models.ForeignKey(VM, on_delete=models.SET_NULL, null=True, related_name="%(class)ss")
    origin = models.ForeignKey(VM, on_delete=models.SET_NULL, null=True, related_name="+")
    free_since = models.DateTimeField(null=True)
    is_left_over = models.BooleanField(default=False)
    is_checked = models.BooleanField(default=True)

    class Meta:
        abstract = True

    @property
    def costs_money(self) -> bool:
        """Whether it does, or nobody knows."""
        return self.price_hour is None or self.price_hour > 0

    @property
    def is_free(self) -> bool:
        """Whether it can be given to a VM now."""
        return self.is_ready and not self.attached_to

    @property
    def is_deletable(self) -> bool:
        """Whether it can be asked to be deleted: nothing has it, and nothing moves it."""
        settled = self.status in {statuses.READY, statuses.FAILED}
        return self.is_present and settled and not self.attached_to


def indexes_of(name: str) -> list[models.Index]:
    """Return the indexes of the ways in which a page of attachables is read."""
    account = "account"
    return [
        models.Index(fields=[account, "-created_at", "-id"], name=f"{name}_list"),
        # The dearest first, and the totals of all of them.
        models.Index(
            fields=[account, "-price_order", "created_at", "id"],
            name=f"{name}_left_over",
            condition=Q(is_left_over=True),
        ),
        models.Index(fields=[account, "attached_to"], name=f"{name}_attached"),
        # Of what was never made there is little; the overview shows what a person has to see.
        models.Index(fields=[account], name=f"{name}_not_made", condition=Q(remote_id=None)),
    ]


def once_of(name: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=["account", "remote_id"], name=f"{name}_once_per_account")
    ]
