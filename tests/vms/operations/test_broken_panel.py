"""An error of the panel's own neither loses an operation nor repeats it for ever."""

from collections.abc import Callable

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import CREATE, GRACE, Clock, deploy, deploy_many, log_of, settle_for
from vms.models import VM, FluenceAccount, Operation
from vms.operations import engine, settling
from vms.vm.kinds import CREATE as DEPLOY

pytestmark = pytest.mark.usefixtures("catalogue", "key")


def breaks(*_: object) -> None:
    raise KeyError("image_url")


def test_before_the_call_it_fails_and_frees_the_name(
    team: Team, petra: Actor, sim: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DEPLOY, "check", breaks)
    operation = deploy(team, petra)
    assert (operation.state, operation.error_code) == ("failed", "internal_error")
    assert "Nothing was changed" in operation.message
    assert operation.reserved_name is None
    assert log_of(team) == ["vm.create requested", "vm.create failed"]
    assert sim.requests(CREATE) == []


def test_an_api_key_that_cannot_be_decrypted_fails_it_too(
    team: Team, petra: Actor, account: FluenceAccount
) -> None:
    FluenceAccount.objects.filter(pk=account.pk).update(api_key_encrypted="of another panel")
    assert deploy(team, petra).error_code == "internal_error"


def test_during_the_call_it_is_unknown_until_fluence_is_looked_at(
    team: Team,
    petra: Actor,
    sim: RunningSimulator,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(DEPLOY, "send", breaks)
    operation = deploy(team, petra)
    assert (operation.state, operation.error_code) == ("unknown", "internal_error")
    settle_for(clock, GRACE + 10)
    operation.refresh_from_db()
    assert (operation.state, operation.needs_attention) == ("unknown", True)
    assert sim.requests(CREATE) == []


def test_one_whose_account_is_gone_says_so(team: Team, petra: Actor) -> None:
    operation = deploy_many(team, petra, "web", count=2)[0]
    Operation.objects.filter(pk=operation.pk).update(account=None)
    operation = engine.operation_run(operation.pk, patient=True)
    assert (operation.state, operation.error_code) == ("failed", "account_disconnected")
    assert "was disconnected before this was sent" in VM.objects.get(name="web-1").problem


def test_one_that_cannot_be_taken_over_does_not_keep_others_waiting(
    team: Team, petra: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations = deploy_many(team, petra, "web", count=2)
    for operation in operations:
        engine.operation_claim(operation.pk, Operation.State.PENDING)
    clock.advance(61)

    def broken_for(first: Operation) -> Callable[[Operation], None]:
        taken_over = settling._take_over

        def take_over(operation: Operation) -> None:
            breaks() if operation.pk == first.pk else taken_over(operation)

        return take_over

    with monkeypatch.context() as patch:
        patch.setattr(settling, "_take_over", broken_for(operations[0]))
        settling.operations_orphaned()
    states = dict(Operation.objects.values_list("target_name", "state"))
    assert (states["web-1"], states["web-2"]) == ("running", "pending")
    settle_for(clock, 130, step=10)
    assert not Operation.objects.exclude(state="succeeded").exists()
