"""A double click or a form sent again is one deployment."""

from uuid import uuid4

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import CREATE, deploy, deploy_many, log_of
from vms.models import VM

pytestmark = pytest.mark.usefixtures("catalogue", "key")


def test_the_second_time_returns_the_first_deployment(
    team: Team, petra: Actor, sim: RunningSimulator
) -> None:
    form_key = uuid4()
    first = deploy(team, petra, form_key=form_key)
    assert deploy(team, petra, form_key=form_key).pk == first.pk
    assert len(sim.requests(CREATE)) == 1
    assert log_of(team) == ["vm.create requested", "vm.create succeeded"]


def test_so_it_does_for_several_in_their_order(team: Team, petra: Actor) -> None:
    form_key = uuid4()
    first = deploy_many(team, petra, "web", count=12, form_key=form_key)
    again = deploy_many(team, petra, "web", count=12, form_key=form_key)
    assert [operation.pk for operation in again] == [operation.pk for operation in first]
    assert VM.objects.count() == 12


def test_a_form_that_was_gone_back_to_and_changed_is_another_deployment(
    team: Team, petra: Actor
) -> None:
    form_key = uuid4()
    deploy(team, petra, "web-1", form_key=form_key)
    deploy(team, petra, "web-2", form_key=form_key)
    assert sorted(VM.objects.values_list("name", flat=True)) == ["web-1", "web-2"]
