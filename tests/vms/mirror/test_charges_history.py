"""How far back charges are read, however often that is broken off."""

import json
from datetime import UTC, date, datetime

import pytest

from controlpanel import fluence as api
from controlpanel.simulator.testing import RunningSimulator
from tests.vms.billing.charging import CHARGES, answer, record
from vms.core.months import month_of, months_before
from vms.mirror.charges import charges_read
from vms.mirror.reconcile import account_reconcile
from vms.models import ChargeMonth, FluenceAccount

pytestmark = pytest.mark.usefixtures("unhurried")


def test_two_years_are_read_some_months_at_a_time_however_often_it_is_broken_off(
    account: FluenceAccount, sim: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = month_of(datetime.now(UTC).date())
    months = [months_before(present, number) for number in range(30)]
    asked: list[date] = []

    def answered(_: object, start: date, end: date) -> tuple[api.Charge, ...]:
        asked.append(start)
        return (api.Charge.model_validate(record(start)),)

    monkeypatch.setattr("vms.mirror.charges._asked", answered)
    for count in (7, 13, 19, 24, 24):
        account.refresh_from_db()
        charges_read(account)
        assert asked == months[:count]
    assert ChargeMonth.objects.count() == 24


def test_what_is_too_old_for_fluence_ends_the_history(
    account: FluenceAccount, sim: RunningSimulator
) -> None:
    today = datetime.now(UTC).date()
    answer(sim, record(today))
    account_reconcile(account.pk)
    FluenceAccount.objects.update(charges_from=month_of(today))
    sim.faults.clear()
    error = json.dumps({"code": "unprocessable_entity", "error": "too long ago"})
    sim.faults.add("status", operation=CHARGES, status=422, body=error, times=1)
    for _ in range(2):
        account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.charges_from == months_before(month_of(today), 23)
    assert account.health == "ok"
