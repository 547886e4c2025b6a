"""Names are unique per account: the API does not promise it, so the panel sees to it.

An operation reserves its name in the database (a unique constraint) before the call, and keeps it
until the outcome is mirrored. The mirror is checked after reserving, in the same transaction: a
name that another operation has just released is mirrored by then.
"""

from uuid import UUID

from django.db.models.functions import Lower

from vms import statuses
from vms.errors import NameTaken
from vms.models import VM


def names_require_free(
    account_id: UUID | None, names: list[str], *, except_for: VM | None = None
) -> None:
    """Raise NameTaken if a live VM of the account has one of `names`, in any case."""
    others = VM.objects.filter(account_id=account_id, remote_id__isnull=False)
    others = others.exclude(status__in=statuses.ENDED).annotate(lowered=Lower("name"))
    if except_for:
        others = others.exclude(pk=except_for.pk)
    wanted = [name.lower() for name in names]
    taken = sorted(others.filter(lowered__in=wanted).values_list("name", flat=True))
    if taken:
        raise NameTaken(f"Already in use in this account: {', '.join(taken)}.", field="name")
