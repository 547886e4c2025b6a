"""What the tests here share. What needs no process of its own is that of tests/vms."""

from typing import Any

import pytest

from tests.stack import Stack
from tests.vms.conftest import account, catalogue, clock, fluence, key, olga, petra, sim, team_of

from .people import deploy_form

__all__ = ["account", "catalogue", "clock", "fluence", "key", "olga", "petra", "sim", "team_of"]


@pytest.fixture(scope="module")
def form(stack: Stack) -> dict[str, Any]:
    """The fields of the deploy form, of the panel that a module calls `stack`."""
    return deploy_form(stack)
