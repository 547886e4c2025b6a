"""A session that ended while Valkey was away stays ended when Valkey is back with what it kept."""

from collections.abc import Iterator

import pytest

from controlpanel.lib import outage
from controlpanel.lib.cache import CacheOutage, SessionCache, ValkeyCache

from .servers import Valkey


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    monkeypatch.setattr(outage, "BETWEEN_TRIES", 0.0)
    for kind in (SessionCache, ValkeyCache):
        monkeypatch.setattr(kind, "outage", CacheOutage("test"))
    with Valkey() as running:
        yield running


def test_one_that_ended_meanwhile_does_not_come_back(server: Valkey) -> None:
    sessions = SessionCache(f"{server.url}/2", {})
    sessions.set("petra", "logged in")
    assert sessions.get("petra") == "logged in"
    server.freeze()
    assert sessions.get("petra") is None, "the database is asked instead"
    sessions.delete("petra")
    server.thaw()
    assert sessions.get("petra") is None
    sessions.set("petra", "again")
    assert sessions.get("petra") == "again"


def test_a_process_that_starts_trusts_nothing_that_another_may_have_missed(
    server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    SessionCache(f"{server.url}/2", {}).set("petra", "logged in")
    monkeypatch.setattr(SessionCache, "outage", CacheOutage("of another process"))
    assert SessionCache(f"{server.url}/2", {}).get("petra") is None


def test_login_attempts_are_counted_on_by_each_process(server: Valkey) -> None:
    counts = ValkeyCache(f"{server.url}/0", {})
    counts.set("attempts", [1.0])
    server.kill()
    assert counts.add("lock", value=True)
    assert not counts.add("lock", value=True), "a lock is a lock, also without Valkey"
    counts.set("attempts", [2.0, 1.0])
    assert counts.get("attempts") == [2.0, 1.0]
    server.start()
    assert counts.get("attempts") is None, "Valkey came back empty"


def test_it_is_said_once_and_again_when_it_is_over(
    server: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    counts = ValkeyCache(f"{server.url}/0", {})
    server.kill()
    for _ in range(5):
        counts.get("attempts")
    server.start()
    counts.get("attempts")
    said = [record.message for record in caplog.records if record.name == "controlpanel.lib.outage"]
    assert said == ["test: goes on without Valkey (ConnectionError)", "test: Valkey is back"]
