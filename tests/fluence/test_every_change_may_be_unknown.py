"""Of every method: a change that may have happened is OutcomeUnknown, and no read ever is."""

import pytest

from controlpanel.fluence import Changes, FluenceClient, FluenceError, OutcomeUnknown, Unavailable
from controlpanel.fluence.endpoints import client_changes
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.every_call import CALLS
from tests.fluence.raw_server import raw_server

CHANGES = client_changes()
FAULTS = [
    *({"kind": "status", "status": status, "body": "<html>"} for status in (500, 502, 503, 504)),
    {"kind": "server_error", "effect": True},
    {"kind": "timeout_before"},
    {"kind": "timeout_after"},
]


def error_of(name: str, client: FluenceClient[Changes]) -> FluenceError:
    with pytest.raises(FluenceError) as caught:
        CALLS[name](client)
    return caught.value


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values()))[:24])
def test_what_may_have_happened_is_unknown_and_was_sent_once(
    sim: RunningSimulator, fault: dict[str, object]
) -> None:
    sim.faults.add(**fault)  # type: ignore[arg-type]
    with FluenceClient(FULL_KEY, sim.url, read_timeout=2.0, retries=3).for_changes() as client:
        for name in sorted(CHANGES):
            sent_before = len(sim.requests())
            assert type(error_of(name, client)) is OutcomeUnknown, name
            assert len(sim.requests()) == sent_before + 1, name


@pytest.mark.parametrize("fault", FAULTS[1:], ids=lambda fault: "-".join(map(str, fault.values())))
def test_a_read_is_never_unknown(sim: RunningSimulator, fault: dict[str, object]) -> None:
    sim.faults.add(**fault)  # type: ignore[arg-type]
    with FluenceClient(FULL_KEY, sim.url, read_timeout=2.0, retries=0).for_changes() as client:
        for name in sorted(CALLS.keys() - CHANGES):
            assert type(error_of(name, client)) is Unavailable, name


def test_what_found_nobody_was_not_sent() -> None:
    with raw_server(b"") as server:
        pass
    with FluenceClient("demo-key", server.url, retries=0).for_changes() as client:
        for name in sorted(CHANGES):
            assert type(error_of(name, client)) is Unavailable, name
