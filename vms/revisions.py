"""The team's revision: raised with every change of its mirror, so that open tabs notice."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F

from controlpanel.live.publish import revision_publish
from controlpanel.teams.models import Team


def revision_raise(team_id: UUID) -> int:
    """Raise the team's revision, tell open tabs after the commit, and return it.

    Call it inside the transaction of the change. It locks the team's row. Every writer takes its
    locks in this order, so that no two wait for each other: account, VM, team, and the audit
    chain (`audit_record`).
    """
    Team.objects.filter(pk=team_id).update(revision=F("revision") + 1)
    revision: int = Team.objects.values_list("revision", flat=True).get(pk=team_id)
    transaction.on_commit(partial(revision_publish, team_id, revision))
    return revision
