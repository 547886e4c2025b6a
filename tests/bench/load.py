"""The load generator, a process of its own: `python -m tests.bench.load`, with the job on stdin.

It holds a few connections open, asks for some addresses in turns, again and again, and prints how
long answers took. The work is bounded by time and by number.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from itertools import cycle
from statistics import median
from time import perf_counter
from typing import TypedDict

MOST_REQUESTS = 20_000


class Ask(TypedDict):
    port: int
    path: str
    headers: dict[str, str]


class Job(TypedDict):
    host: str
    asks: list[Ask]
    connections: int
    seconds: float


class Outcome(TypedDict):
    """The median times of the asks, their last statuses, and the requests/s of all together."""

    p50_ms: list[float]
    statuses: list[int]
    rps: float


async def measure(job: Job) -> Outcome:
    began = perf_counter()
    times: list[list[float]] = [[] for _ in job["asks"]]
    visits = [_visit(job, began + job["seconds"], times) for _ in range(job["connections"])]
    statuses = await asyncio.gather(*visits)
    elapsed = perf_counter() - began
    return Outcome(
        p50_ms=[median(of_ask) * 1000 for of_ask in times],
        statuses=statuses[0],
        rps=sum(map(len, times)) / elapsed,
    )


async def _visit(job: Job, ends_at: float, times: list[list[float]]) -> list[int]:
    """Ask over a connection to each port until the time is up; return the statuses."""
    ports = {ask["port"] for ask in job["asks"]}
    connections = {port: await Connection.open(job["host"], port) for port in ports}
    statuses = [0 for _ in job["asks"]]
    try:
        for number, ask in cycle(enumerate(job["asks"])):
            began = perf_counter()
            answer = await connections[ask["port"]].get(ask["path"], ask["headers"])
            times[number].append(perf_counter() - began)
            statuses[number] = answer.status
            if all(statuses) and (perf_counter() > ends_at or len(times[0]) > MOST_REQUESTS):
                break
    finally:
        for connection in connections.values():
            connection.close()
    return statuses


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
