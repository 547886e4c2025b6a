"""A form that is sent twice asks once: the key drawn with the form is unique in its team."""

from collections.abc import Callable
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError

from controlpanel.teams.models import Team
from vms.core.errors import VMsError
from vms.models import Operation


def form_key_of(form_key: UUID | None, *asked: object) -> str:
    """Return the key to keep with an operation. No form: a key of its own.

    With something else asked it is another key: somebody went back to the form and changed it.
    """
    return str(uuid5(form_key or uuid4(), " ".join(map(str, asked))))


def operation_once(
    team: Team,
    key: str,
    begin: Callable[[str], Operation],
    run: Callable[[Operation], Operation],
) -> Operation:
    """Begin and run what a form asks; the second time return it as it stands.

    Raises:
        VMsError, django.db.IntegrityError: as `begin`, if this form was not sent before.
    """
    try:
        operation = begin(key)
    except (IntegrityError, VMsError):
        before = Operation.objects.filter(team=team, form_key=key).select_related("vm").first()
        if before is None:
            raise
        return before
    return run(operation)
