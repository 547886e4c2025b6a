"""Disconnecting an account while a poll writes: both take the VMs in one order, and none is stuck.

A poll locks VMs alone, by their ids, not the account first: a poll of one key must not wait for a
person's form.
"""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import pytest
from django.db import connection, transaction

from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from tests.vms.rows import vm_rows
from vms.account.services import account_disconnect
from vms.models import VM, FluenceAccount

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
]


def someone_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def test_a_poll_that_holds_the_first_vm_still_gets_the_last(team: Team, olga: Actor) -> None:
    vms = vm_rows(team, 2)
    # What is written moves to the end of the table, which is where an unordered write ends.
    first, last = sorted(vm.pk for vm in vms)
    VM.objects.filter(pk=first).update(name="moved-to-the-end")

    def disconnect() -> None:
        try:
            account_disconnect(team=team, actor=olga)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as person:
        with transaction.atomic():
            VM.objects.select_for_update(no_key=True).get(pk=first)
            disconnecting = person.submit(disconnect)
            waiting_since = monotonic()
            while not someone_waits_for_a_lock():
                assert monotonic() < waiting_since + 10
                sleep(0.01)
            VM.objects.select_for_update(no_key=True, nowait=True).get(pk=last)
        disconnecting.result(10)
    assert not FluenceAccount.objects.exists()
    assert set(VM.objects.values_list("account", flat=True)) == {None}
