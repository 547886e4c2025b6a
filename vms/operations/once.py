"""A form asks once, however often it is sent: by a double click, by Back, or by a browser alone."""

from uuid import UUID, uuid4, uuid5

from controlpanel.teams.models import Team
from vms.models import Operation


def form_key_of(form_key: UUID | None, *asked: object) -> str:
    """Return the key of what a form asks. No form: a key of its own.

    With something else asked it is another key: somebody went back to the form and changed it.
    """
    return str(uuid5(form_key or uuid4(), " ".join(map(str, asked))))


def sent_before(team: Team, key: str | None) -> list[Operation]:
    """Return what the first sending of a form has begun, as it stands."""
    if key is None:
        return []
    sent = Operation.objects.filter(team=team, form_key__startswith=f"{key}:")
    return list(sent.select_related("batch").order_by("created_at", "form_key"))
