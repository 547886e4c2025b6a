"""Reading the audit log. Every read is of one team, and pages by sequence number."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, Q, QuerySet, UUIDField
from django.utils.translation import gettext_lazy as _

from controlpanel.lib.prepared import Given, PreparedQuery

from .models import AuditEntry

# The persons of the filter who are no people: their entries carry no actor id.
SYSTEM_ACTORS = {"system": _("Panel"), "fluence": "Fluence"}


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """What to look for; whatever is left empty does not narrow the log.

    `person` is a user's id or a key of SYSTEM_ACTORS; `target` is a part of its name, its type or
    its whole id; `since` is included, `until` is not.
    """

    person: str = ""
    action: str = ""
    target: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return self != AuditFilters()


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the log: the entries just older, or just newer, than a sequence number."""

    direction: Literal["older", "newer"]
    sequence: int

    def __str__(self) -> str:
        return f"{self.direction}-{self.sequence}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Return the cursor written as `older-120` or `newer-120`; None for anything else."""
        direction, _, number = text.partition("-")
        # 18 digits fit into any database's big integer.
        if not (number.isascii() and number.isdigit() and len(number) <= 18):
            return None
        if direction == "older":
            return cls("older", int(number))
        return cls("newer", int(number)) if direction == "newer" else None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first, and where the pages beside them begin."""

    entries: list[AuditEntry]
    newer: Cursor | None
    older: Cursor | None


def audit_entries(
    team_id: UUID,
    filters: AuditFilters | None = None,
    cursor: Cursor | None = None,
    limit: int = 50,
) -> AuditPage:
    """Return one page of a team's log in one query, whatever the size of the log."""
    found = _found(team_id, filters, cursor, limit + 1)
    entries, has_more = found[:limit], len(found) > limit
    if cursor and cursor.direction == "newer":
        entries.reverse()
        has_newer, has_older = has_more, bool(entries)
    else:
        has_newer, has_older = cursor is not None and bool(entries), has_more
    return AuditPage(
        entries=entries,
        newer=Cursor("newer", entries[0].sequence) if has_newer else None,
        older=Cursor("older", entries[-1].sequence) if has_older else None,
    )


def audit_entry_for_team(team_id: UUID, sequence: int) -> AuditEntry | None:
    # More digits than any database's big integer has are no entry.
    if sequence >= 10**18:
        return None
    return AuditEntry.objects.filter(team_id=team_id, sequence=sequence).first()


def audit_entries_for_target(
    team_id: UUID, target_type: str, target_id: str, limit: int = 50
) -> list[AuditEntry]:
    """Return the newest entries about one thing, such as a VM, newest first."""
    rows = AuditEntry.objects.filter(
        team_id=team_id, target_id=str(target_id), target_type=target_type
    )
    return list(rows.order_by("-sequence")[:limit])


# Steps from one person to the next along the index (team_id, actor_id, -sequence) and takes each
# one's latest name from it: as many look-ups as people, where SELECT DISTINCT would read the
# whole log. The memberships would be as fast, but forget whoever has left.
_ACTORS_SQL = """
    WITH RECURSIVE actors(actor_id) AS (
        SELECT min(actor_id) FROM audit_auditentry WHERE team_id = %(team)s AND actor_id > ''
        UNION ALL
        SELECT (
            SELECT min(entry.actor_id) FROM audit_auditentry entry
            WHERE entry.team_id = %(team)s AND entry.actor_id > actors.actor_id
        )
        FROM actors WHERE actors.actor_id IS NOT NULL
    )
    SELECT actors.actor_id, (
        SELECT entry.actor_name FROM audit_auditentry entry
        WHERE entry.team_id = %(team)s AND entry.actor_id = actors.actor_id
        ORDER BY entry.sequence DESC LIMIT 1
    )
    FROM actors WHERE actors.actor_id IS NOT NULL
"""


def audit_actors(team_id: UUID) -> list[tuple[str, str]]:
    """Return (id, name) of every person in a team's log, by name, then Panel and Fluence."""
    team = AuditEntry._meta.get_field("team_id").get_db_prep_value(team_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(_ACTORS_SQL, {"team": team})
        people: list[tuple[str, str]] = cursor.fetchall()
    return [
        *sorted(people, key=lambda person: person[1].casefold()),
        *((kind, str(name)) for kind, name in SYSTEM_ACTORS.items()),
    ]


def _found(
    team_id: UUID, filters: AuditFilters | None, cursor: Cursor | None, count: int
) -> list[AuditEntry]:
    """Return entries from the newest on, or beside the cursor, the nearest first."""
    direction, sequence = (cursor.direction, cursor.sequence) if cursor else ("", 0)
    if not filters:
        return _page_query(direction, count)(team=team_id, sequence=sequence)
    return list(_beside(_filtered(team_id, filters), direction, sequence)[:count])


@cache
def _page_query(direction: str, count: int) -> PreparedQuery[AuditEntry]:
    sequence = Given("sequence", BigIntegerField())
    return PreparedQuery(
        lambda: _beside(
            AuditEntry.objects.filter(team_id=Given("team", UUIDField())), direction, sequence
        )[:count],
    )


def _beside(
    rows: QuerySet[AuditEntry], direction: str, sequence: int | Given
) -> QuerySet[AuditEntry]:
    if direction == "newer":
        return rows.filter(sequence__gt=sequence).order_by("sequence")
    if direction == "older":
        rows = rows.filter(sequence__lt=sequence)
    return rows.order_by("-sequence")


def _filtered(team_id: UUID, filters: AuditFilters) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.filter(team_id=team_id)
    if filters.person in SYSTEM_ACTORS:
        rows = rows.filter(actor_id="", actor_kind=filters.person)  # the empty id: by the index
    elif filters.person:
        rows = rows.filter(actor_id=filters.person)
    if filters.action:
        rows = rows.filter(action=filters.action)
    if filters.outcome:
        rows = rows.filter(outcome=filters.outcome)
    if filters.since:
        rows = rows.filter(at__gte=filters.since)
    if filters.until:
        rows = rows.filter(at__lt=filters.until)
    return rows.filter(_about(filters.target)) if filters.target else rows


def _about(text: str) -> Q:
    try:
        return Q(target_id=str(UUID(text)))  # an id, so that the index answers
    except ValueError:
        return Q(target_name__icontains=text) | Q(target_type__istartswith=text) | Q(target_id=text)
