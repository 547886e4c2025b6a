"""Each kind of trouble can be asked for by a flag and over HTTP, and only then does it strike."""

import time
from collections.abc import Callable

import pytest
import requests

from controlpanel.fluence import Changes, FluenceClient, FluenceError
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.faults import KINDS, parse_fault
from controlpanel.simulator.testing import RunningSimulator, running_simulator
from tests.fluence.renting import ED25519, rent
from tests.simulator.raw import send
from tests.simulator.renting_parts import launched

Probe = Callable[[RunningSimulator, FluenceClient[Changes]], bool]
ME = "operation=GET /v1/users/me"
CREATE_KEY = "operation=POST /v1/ssh_keys"


def answers(code: str, **expected: object) -> Probe:
    """Whether a read fails with this code."""

    def probe(_sim: RunningSimulator, client: FluenceClient) -> bool:
        try:
            client.account.me()
        except FluenceError as error:
            return error.code == code and expected.items() <= vars(error).items()
        return False

    return probe


def loses(*, made: bool) -> Probe:
    """Whether a change gets no answer, and was done or not."""

    def probe(_sim: RunningSimulator, client: FluenceClient[Changes]) -> bool:
        try:
            client.ssh_keys.create("laptop", ED25519)
        except FluenceError as error:
            return error.code == "connection_lost" and len(client.ssh_keys.list().items) == made
        return False

    return probe


def is_slow(_sim: RunningSimulator, client: FluenceClient) -> bool:
    began = time.monotonic()
    client.account.me()
    return time.monotonic() - began >= 0.3


def status_is_unknown(_sim: RunningSimulator, client: FluenceClient[Changes]) -> bool:
    return client.vms.get(rent(client).id).known_status is None


def has_unknown_fields(sim: RunningSimulator, _client: FluenceClient) -> bool:
    return "addedLater" in send(sim, "GET /v1/users/me").json()


def is_listed_late(sim: RunningSimulator, client: FluenceClient[Changes]) -> bool:
    vm = rent(client)
    missing = client.vms.list().items == ()
    sim.clock.advance(31)
    return missing and [seen.id for seen in client.vms.list().items] == [vm.id]


def fails_to_launch(sim: RunningSimulator, client: FluenceClient[Changes]) -> bool:
    return launched(sim, client).status == "failed"


def is_terminated(sim: RunningSimulator, client: FluenceClient[Changes]) -> bool:
    return launched(sim, client).status == "terminating"


def is_broke(_sim: RunningSimulator, client: FluenceClient) -> bool:
    return client.account.balances()[0].balance == 0


FAULTS: dict[str, tuple[str, Probe]] = {
    "maintenance": ("maintenance", answers("service_unavailable", status=503)),
    "latency": (f"latency,{ME},seconds=0.3", is_slow),
    "timeout_before": (f"timeout_before,{CREATE_KEY}", loses(made=False)),
    "timeout_after": (f"timeout_after,{CREATE_KEY},times=1", loses(made=True)),
    "status": (f"status,{ME},status=418,body=teapot", answers("http_418", status=418)),
    "rate_limited": (f"rate_limited,{ME},seconds=7", answers("rate_limited", retry_after=7.0)),
    "server_error": ("server_error", answers("internal_server_error", status=500)),
    "bad_gateway": ("bad_gateway,times=1,effect=yes", answers("bad_gateway", status=502)),
    "truncated": (f"truncated,{ME}", answers("unreadable_answer", status=200)),
    "unknown_status": ("unknown_status", status_is_unknown),
    "unknown_fields": ("unknown_fields", has_unknown_fields),
    "late_visibility": ("late_visibility,seconds=30", is_listed_late),
    "failed_launch": ("failed_launch,times=1", fails_to_launch),
    "provider_terminates": ("provider_terminates,times=1", is_terminated),
    "balance_runs_out": ("balance_runs_out,times=1", is_broke),
}
"""For each kind a flag, and whether it has struck."""


def by_flag(sim: RunningSimulator, flag: str) -> None:
    sim.faults.add(**parse_fault(flag))


def by_control(sim: RunningSimulator, flag: str) -> None:
    answer = requests.post(f"{sim.url}/_control/faults", json=parse_fault(flag), timeout=2)
    assert answer.status_code == 200


def nowise(_sim: RunningSimulator, _flag: str) -> None:
    pass


@pytest.mark.parametrize(("ask", "strikes"), [(by_flag, True), (by_control, True), (nowise, False)])
@pytest.mark.parametrize("kind", KINDS)
def test_it_strikes_when_it_is_asked_for(
    kind: str, ask: Callable[[RunningSimulator, str], None], strikes: bool
) -> None:
    flag, probe = FAULTS[kind]
    with (
        running_simulator(control=True) as sim,
        FluenceClient(FULL_KEY, sim.url, read_timeout=2.0, retries=0).for_changes() as client,
    ):
        ask(sim, flag)
        assert probe(sim, client) is strikes
