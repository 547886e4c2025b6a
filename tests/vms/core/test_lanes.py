"""Lanes: no key may hold all threads of a worker, and slow ones share few."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import OperationalError

from vms.core import lanes
from vms.core.lanes import SLOW, Lanes, pace_note


@pytest.fixture(autouse=True)
def no_key_is_slow() -> Iterator[None]:
    lanes._slow.clear()
    yield
    lanes._slow.clear()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(20) as pool:
        yield pool


class Work:
    """Jobs that last until they are let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.may_end = Event()

    def job(self, name: str) -> Callable[[], None]:
        def run() -> None:
            self.begun.append(name)
            assert self.may_end.wait(10)

        return run


def begin(pool: ThreadPoolExecutor, some: Lanes, work: Work, key: str, count: int) -> list[str]:
    """Hand in jobs of a key; return those of all keys that have begun once all is quiet."""
    for number in range(count):
        pool.submit(some.run, key, f"{key}-{number}", work.job(f"{key}-{number}"))
    before = -1
    while before != len(work.begun):
        before = len(work.begun)
        Event().wait(0.1)
    return work.begun


def test_a_key_has_only_its_lanes_and_the_next_key_begins_at_once(
    threads: ThreadPoolExecutor,
) -> None:
    some, work = Lanes(each=3, slow=2, total=8), Work()
    assert len(begin(threads, some, work, "busy", 10)) == 3
    assert begin(threads, some, work, "other", 1)[-1] == "other-0"
    work.may_end.set()


def test_what_had_to_wait_is_done_by_the_threads_that_come_free(
    threads: ThreadPoolExecutor,
) -> None:
    some, work = Lanes(each=2, slow=2, total=3), Work()
    begin(threads, some, work, "a", 5)
    begin(threads, some, work, "b", 5)
    assert len(work.begun) == 3
    work.may_end.set()
    threads.shutdown()
    assert sorted(work.begun) == sorted(f"{key}-{n}" for key in "ab" for n in range(5))


def test_slow_keys_have_one_lane_each_and_few_together(threads: ThreadPoolExecutor) -> None:
    some, work = Lanes(each=4, slow=2, total=8), Work()
    for key in ("dead-1", "dead-2", "dead-3"):
        pace_note(key, SLOW + 1)
        begin(threads, some, work, key, 3)
    assert work.begun == ["dead-1-0", "dead-2-0"]
    begin(threads, some, work, "well", 4)
    assert len(work.begun) == 6
    work.may_end.set()


def test_a_key_that_is_quick_again_is_not_slow_any_more(threads: ThreadPoolExecutor) -> None:
    some, work = Lanes(each=4, slow=1, total=8), Work()
    pace_note("back", SLOW + 1)
    pace_note("back", 0.1)
    assert len(begin(threads, some, work, "back", 6)) == 4
    work.may_end.set()


def test_a_job_that_waits_is_replaced_and_not_doubled(threads: ThreadPoolExecutor) -> None:
    some, work = Lanes(each=1, slow=1, total=8), Work()
    begin(threads, some, work, "key", 1)
    for name in ("older", "newer"):
        some.run("key", "poll", work.job(name))
    work.may_end.set()
    threads.shutdown()
    assert work.begun == ["key-0", "newer"]


def test_a_job_that_fails_gives_its_lane_back_and_the_next_is_done(
    threads: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    some, work = Lanes(each=1, slow=1, total=8), Work()
    begin(threads, some, work, "key", 1)

    def breaks() -> None:
        raise KeyError("disk")

    some.run("key", "broken", breaks)
    some.run("key", "fine", work.job("fine"))
    work.may_end.set()
    threads.shutdown()
    assert work.begun == ["key-0", "fine"]
    assert "had to wait failed" in caplog.text
    with pytest.raises(KeyError):
        some.run("key", "broken", breaks)
    some.run("key", "again", work.job("again"))
    assert work.begun[-1] == "again"


def test_a_worker_that_stops_leaves_what_waits_to_the_next(threads: ThreadPoolExecutor) -> None:
    some, work = Lanes(each=1, slow=1, total=8), Work()
    begin(threads, some, work, "key", 3)
    some.drop_waiting()
    work.may_end.set()
    threads.shutdown()
    assert work.begun == ["key-0"]


def test_a_job_that_waited_while_the_database_failed_is_told_in_one_line(
    threads: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    some, work = Lanes(each=1, slow=1, total=1), Work()
    begin(threads, some, work, "busy", 1)

    def late() -> None:
        raise OperationalError("the server\nis away")

    threads.submit(some.run, "late", "late", late).result()
    work.may_end.set()
    threads.shutdown()
    assert [record.getMessage() for record in caplog.records] == [
        "a job is late, the database failed: the server"
    ]
    assert caplog.records[0].exc_info is None
