"""The workers of the panel keep the limits of an API key together, and each key's apart."""

import multiprocessing
import time
from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings

from controlpanel.fluence import RateLimited, Unavailable
from controlpanel.simulator.accounts import FULL_KEY, SECOND_KEY
from controlpanel.simulator.testing import RunningSimulator
from vms.core import clients
from vms.core.clients import BACKGROUND, Manner, client_for_key

ME = "GET /v1/users/me"
SLOW = 0.3
fork = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def two_calls_per_key(sim: RunningSimulator) -> Iterator[None]:
    clients._limits.cache_clear()
    with override_settings(FLUENCE_CALLS_PER_KEY=2, FLUENCE_READ_TIMEOUT=5.0):
        yield
    clients._limits.cache_clear()


def asks(key: str) -> None:
    client_for_key(key, manner=BACKGROUND).account.me()


def run(*work: Callable[[], None]) -> float:
    """Do each in a process of its own, as Celery's workers would; return the seconds it took."""
    processes = [fork.Process(target=each) for each in work]
    began = time.monotonic()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(work)
    return time.monotonic() - began


def test_no_more_calls_of_a_key_are_under_way_than_the_setting_says(sim: RunningSimulator) -> None:
    sim.faults.add("latency", operation=ME, seconds=SLOW)
    assert run(*[lambda: asks(FULL_KEY)] * 6) >= 3 * SLOW


def test_one_key_does_not_wait_for_another(sim: RunningSimulator) -> None:
    of_the_key = clients._limits().for_key(FULL_KEY)
    leases = [of_the_key.enter() for _ in range(2)]

    def is_held_back() -> None:
        with pytest.raises(Unavailable) as caught:
            client_for_key(FULL_KEY, manner=Manner(retries=0, patience=0.0)).account.me()
        assert caught.value.code == "busy"

    run(is_held_back, lambda: asks(SECOND_KEY))
    assert len(sim.requests(ME)) == 1
    for lease in leases:
        of_the_key.leave(lease, failed=False, pause=None)
    run(lambda: asks(FULL_KEY))


def test_a_wait_that_fluence_told_one_worker_is_kept_by_the_others(sim: RunningSimulator) -> None:
    sim.faults.add("rate_limited", operation=ME, seconds=30, times=1)

    def is_told() -> None:
        with pytest.raises(RateLimited):
            client_for_key(FULL_KEY, manner=Manner(retries=0)).account.me()

    run(is_told)
    run(is_told)
    assert len(sim.requests(ME)) == 1, "the second was not sent"
    run(lambda: asks(SECOND_KEY))
