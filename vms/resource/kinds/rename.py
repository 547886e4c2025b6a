"""Renaming a disk, an address or a part of a network. Sending it twice does no harm."""

from django.utils.translation import gettext_lazy as _

from controlpanel.fluence import FluenceClient
from controlpanel.ui.messages import say
from vms.core import resource_statuses as statuses
from vms.core.errors import NameChanged, NameTaken
from vms.models import Operation, Resource
from vms.operations.findings import Absent, Finding, Found
from vms.operations.kind import Question
from vms.operations.wishes import Intent, Wish

from .base import ResourceKind, remote_id_of


class RenameResource(ResourceKind):
    """`request["name"]` is the new name; `seen` the one that it is to replace."""

    is_repeatable = True
    verb = _("Rename")
    over = _("Renamed")
    not_done = "vm_not_renamed"

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NameChanged if it was renamed meanwhile, NameTaken if another has the name."""
        row: Resource = wish.target
        name, seen = wish.request["name"], wish.request.get("seen")
        if seen and row.name not in (seen, name):
            raise NameChanged(row.name)
        operation = self.prepare(
            row,
            question,
            request={"name": name, "remote_id": row.remote_id},
            reserved_name=f"{self.target_type}:{name.lower()}",
        )
        others = self.mirrored.model._default_manager.filter(account=row.account_id, name=name)
        if others.exclude(pk=row.pk).exclude(status__in=statuses.GOING).exists():
            raise NameTaken(say("names_in_use", names=name))
        return Intent(operation, {"name": [row.name, name]})

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        remote = self.mirrored.one(client, remote_id_of(self, operation))
        return Found(remote) if remote.name == operation.request["name"] else Absent()
