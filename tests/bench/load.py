"""The load generator, a process of its own: `python -m tests.bench.load`, with the job on stdin.

It holds a few connections open, asks for one address again and again, and prints how long answers
took. The work is bounded by time and by number.
"""

import asyncio
import json
import statistics
import sys
from dataclasses import dataclass
from time import perf_counter
from typing import TypedDict

MOST_REQUESTS = 20_000


class Job(TypedDict):
    host: str
    port: int
    path: str
    headers: dict[str, str]
    connections: int
    seconds: float


class Outcome(TypedDict):
    requests: int
    p50_ms: float
    p95_ms: float
    rps: float
    bytes: int
    status: int


async def measure(job: Job) -> Outcome:
    ends_at = perf_counter() + job["seconds"]
    times: list[float] = []
    began = perf_counter()
    visitors = [_visit(job, ends_at, times) for _ in range(job["connections"])]
    answers = await asyncio.gather(*visitors)
    elapsed = perf_counter() - began
    times.sort()
    return Outcome(
        requests=len(times),
        p50_ms=statistics.median(times) * 1000,
        p95_ms=times[int(len(times) * 0.95)] * 1000,
        rps=len(times) / elapsed,
        bytes=answers[0][1],
        status=answers[0][0],
    )


async def _visit(job: Job, ends_at: float, times: list[float]) -> tuple[int, int]:
    """Ask over one connection until the time is up; return the last answer's status and size."""
    connection = await Connection.open(job["host"], job["port"])
    try:
        while True:
            began = perf_counter()
            answer = await connection.get(job["path"], job["headers"])
            times.append(perf_counter() - began)
            if perf_counter() > ends_at or len(times) > MOST_REQUESTS:
                return answer.status, len(answer.body)
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class Connection:
    """A kept-alive connection, with as little of HTTP as the measurements need."""

    def __init__(
        self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cookie: str
    ) -> None:
        self._host, self._cookie, self._writer = host, cookie, writer
        self.reader = reader

    @classmethod
    async def open(cls, host: str, port: int, cookie: str = "") -> "Connection":
        reader, writer = await asyncio.open_connection(host, port, limit=1 << 20)
        return cls(f"{host}:{port}", reader, writer, cookie)

    async def ask(self, path: str, headers: dict[str, str]) -> None:
        cookie = {"Cookie": self._cookie} if self._cookie else {}
        lines = {"Host": self._host, **cookie, **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._writer.write(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())

    async def get(self, path: str, headers: dict[str, str]) -> Answer:
        await self.ask(path, headers)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = 0
        for line in head.split("\r\n"):
            if line.startswith("content-length"):
                length = int(line.split(":", 1)[1])
        return Answer(int(head.split(" ", 2)[1]), await self.reader.readexactly(length))

    def close(self) -> None:
        self._writer.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(json.load(sys.stdin)))))  # noqa: T201
