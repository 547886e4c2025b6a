"""Names are unique per account: the API does not promise it, so the panel sees to it.

An operation reserves its name in the database (a unique constraint) before the call, and keeps it
until the outcome is mirrored. The mirror is checked after reserving, in the same transaction: a
name that another operation has just released is mirrored by then.
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models.functions import Lower

from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.errors import NameTaken
from vms.models import VM, Operation


def names_require_free(
    account_id: UUID | None, names: list[str], *, except_for: Collection[UUID] = ()
) -> None:
    """Raise NameTaken if another live VM of the account has one of `names`, in any case."""
    held = names_held(account_id, names)
    taken = sorted(name for pk, name in held if pk not in except_for)
    if taken:
        raise NameTaken(say("names_in_use", names=", ".join(taken)))


def name_require_unreserved(account_id: UUID | None, name: str) -> None:
    """Raise NameTaken if an operation holds the name; with the account locked, so it stays true."""
    if names_reserved(account_id, [name]):
        raise NameTaken(say("name_being_given", name=name))


def names_held(account_id: UUID | None, names: Collection[str]) -> list[tuple[UUID, str]]:
    """Return the live VMs of the account that have one of `names`, in any case: id and name."""
    live = VM.objects.filter(account_id=account_id, remote_id__isnull=False)
    live = live.exclude(status__in=statuses.ENDED).annotate(lowered=Lower("name"))
    wanted = [name.lower() for name in names]
    return list(live.filter(lowered__in=wanted).values_list("pk", "name"))


def names_reserved(account_id: UUID | None, names: Collection[str]) -> set[str]:
    """Return those of `names`, in lower case, that are being given to a VM at this moment."""
    wanted = [name.lower() for name in names]
    reserved = Operation.objects.filter(account_id=account_id, reserved_name__in=wanted)
    return {name for name in reserved.values_list("reserved_name", flat=True) if name}
