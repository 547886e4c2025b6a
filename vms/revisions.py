"""The team's revision: raised with every change of its mirror, so that open tabs notice."""

from uuid import UUID

from django.db.models import F

from controlpanel.teams.models import Team


def revision_raise(team_id: UUID) -> int:
    """Raise the team's revision and return it. Call inside the transaction of the change.

    It locks the team's row. Every writer takes its locks in this order, so that no two wait for
    each other: account, VM, team, and the audit chain (`audit_record`).
    """
    Team.objects.filter(pk=team_id).update(revision=F("revision") + 1)
    return Team.objects.values_list("revision", flat=True).get(pk=team_id)
