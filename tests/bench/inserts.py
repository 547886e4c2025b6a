"""The yardstick of what writes: one small row in a transaction of its own, by nothing but SQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import perf_counter

from django.db import connection

SECONDS = 3.0


@contextmanager
def _table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_insert (id bigserial PRIMARY KEY, words text)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_insert")


def inserts_per_second(writers: int) -> float:
    """Return how many rows so many threads write together, each row committed by itself."""
    with _table(), ThreadPoolExecutor(writers) as threads:
        began = perf_counter()
        written = sum(threads.map(_write, range(writers)))
        return written / (perf_counter() - began)


def _write(_writer: int) -> int:
    ends_at, count = perf_counter() + SECONDS, 0
    try:
        with connection.cursor() as cursor:
            while perf_counter() < ends_at:
                cursor.execute("INSERT INTO bench_insert (words) VALUES (%s)", ["x" * 200])
                count += 1
    finally:
        connection.close()
    return count
