"""The team's revision: raised with every change of its mirror, so that open tabs notice."""

from functools import partial
from uuid import UUID

from django.db import connection, transaction

from controlpanel.live.publish import revision_publish
from controlpanel.teams.models import Team


def revision_raise(team_id: UUID) -> int:
    """Raise the team's revision, tell open tabs after the commit, and return it.

    Call it inside the transaction of the change. It locks the team's row. Every writer takes its
    locks in this order, so that no two wait for each other: account, VM, team, and the audit
    chain (`audit_record`). Rows that others point at are locked with `no_key`: foreign keys are
    checked at commit, which holds the chain by then and must not wait for a VM.
    """
    # In one statement, which the ORM cannot: every change of every VM passes here.
    table, key = Team._meta.db_table, Team._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET revision = revision + 1 WHERE id = %s RETURNING revision",  # noqa: S608
            [key.get_db_prep_value(team_id, connection)],
        )
        revision: int = cursor.fetchone()[0]
    transaction.on_commit(partial(revision_publish, team_id, revision))
    return revision
