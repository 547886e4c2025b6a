"""Many writers at once: the chain has no gap, no fork and no lost entry."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import SYSTEM
from controlpanel.audit.chain import chain_verify
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.services import Target, audit_record

WRITERS, ENTRIES_EACH = 8, 6


def write(team_id: UUID) -> None:
    try:
        for number in range(ENTRIES_EACH):
            audit_record(
                team_id=team_id,
                actor=SYSTEM,
                action=Action.VM_STATUS,
                target=Target("vm", str(number), f"web-{number}"),
            )
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_team_wait_for_each_other() -> None:
    team_id = uuid4()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, [team_id] * WRITERS))
    sequences = AuditEntry.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, WRITERS * ENTRIES_EACH + 1))
    assert chain_verify(team_id) == (WRITERS * ENTRIES_EACH, None)


@pytest.mark.django_db(transaction=True)
def test_the_chains_of_teams_are_their_own() -> None:
    teams = [uuid4(), uuid4()]
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, teams * 3))
    assert [chain_verify(team) for team in teams] == [(3 * ENTRIES_EACH, None)] * 2


@pytest.mark.django_db
def test_an_entry_goes_when_its_change_is_rolled_back() -> None:
    team_id = uuid4()
    with transaction.atomic():
        audit_record(
            team_id=team_id,
            actor=SYSTEM,
            action=Action.TEAM_RENAME,
            target=Target("team", "1", "Acme"),
        )
        transaction.set_rollback(True)
    assert chain_verify(team_id) == (0, None)
