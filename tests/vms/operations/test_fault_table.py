"""docs/faults.md: under each fault, what the person sees and what the log says.

Each row is a story that is played against the simulator through the pages, and compared with the
table. `make docs` writes the table anew.
"""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import Client

from controlpanel.accounts.models import User
from controlpanel.simulator.faults import KINDS
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import Clock
from vms.models import FluenceAccount

from .fault_stories import STORIES, Story
from .fault_table import HEAD, TABLE, WRITE

pytestmark = pytest.mark.usefixtures("catalogue", "key")


@pytest.fixture
def story(
    team: Team,
    account: FluenceAccount,
    sim: RunningSimulator,
    clock: Clock,
    client_for: Callable[[User], Client],
    operator: User,
) -> Story:
    # The simulator tells by an id how long things take: all of these are quick.
    sim.world.new_id = lambda: str(UUID(int=uuid4().int >> 32))  # type: ignore[method-assign]
    return Story(client_for(operator), team, account, sim, clock)


@pytest.mark.parametrize("name", STORIES)
def test_each_fault_is_shown_and_logged_as_the_table_says(name: str, story: Story) -> None:
    kind, happens, act = STORIES[name]
    act(story)
    cells = (f"`{kind}`", happens, "<br>".join(story.seen), "<br>".join(story.log))
    row = f"| {' | '.join(cells)} |"
    if folder := os.environ.get(WRITE):
        (Path(folder) / f"{list(STORIES).index(name):02}").write_text(row)
    else:
        assert row in TABLE.read_text().splitlines(), "out of step: run `make docs`"


def test_every_fault_of_the_simulator_has_a_row() -> None:
    assert {kind for kind, _, _ in STORIES.values()} == set(KINDS)


def test_the_table_has_no_other_rows() -> None:
    text = TABLE.read_text()
    assert text.startswith(HEAD)
    assert len(text.removeprefix(HEAD).splitlines()) == len(STORIES)
