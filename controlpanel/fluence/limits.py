"""Limits of an API key that all processes keep together, in Redis or Valkey.

For each key: a cap on requests in flight, the pause Fluence asked for (429, Retry-After), and a
circuit that opens when Fluence fails again and again. Other keys are not touched by any of it.

A request costs one round trip, before it is sent: one script looks at pause, circuit and slots
and takes a slot. Giving the slot back after a success is sent without waiting for the answer.
A slot is a lease: those of a process that died fall free by themselves.

Without the server, each process keeps cap and pause for itself, and no circuit opens.
"""

from __future__ import annotations

import contextlib
import logging
import random
import time
from dataclasses import dataclass
from hashlib import sha256
from threading import BoundedSemaphore, Lock
from typing import Any
from uuid import uuid4

import redis

from controlpanel.fluence.limiter import Lease, Refused
from controlpanel.lib.outage import Outage

logger = logging.getLogger(__name__)

# Times in both scripts are the server's, in milliseconds, so that clocks need not agree.
NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local slots, state = KEYS[1], KEYS[2]
"""

# -> what is said, milliseconds to wait, whether no failure stands, whether this is the probe
ENTER = (
    NOW
    + """
local token, cap, lease, probe_lease = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local known = redis.call('HMGET', state, 'paused', 'open', 'probing', 'failures')
local paused, open = tonumber(known[1] or 0), tonumber(known[2] or 0)
local probing = tonumber(known[3] or 0)
if paused > now then return {'rate_limited', paused - now, 0, 0} end
if open > now then return {'circuit_open', open - now, 0, 0} end
if probing > now then return {'circuit_open', math.min(probing - now, 1000), 0, 0} end
redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
if redis.call('ZCARD', slots) >= cap then return {'busy', 0, 0, 0} end
redis.call('ZADD', slots, now + lease, token)
redis.call('PEXPIRE', slots, lease)
if open == 0 then return {'go', 0, known[4] and 0 or 1, 0} end
redis.call('HSET', state, 'probing', now + probe_lease)
return {'go', 0, 0, 1}
"""
)

# -> for how many milliseconds this report opened the circuit; 0 if it did not
LEAVE = (
    NOW
    + """
local token, failed, pause, probe = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local threshold, first, longest = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local keep, rest = tonumber(ARGV[8]), 0
redis.call('ZREM', slots, token)
if pause > 0 then
    local paused = tonumber(redis.call('HGET', state, 'paused') or 0)
    redis.call('HSET', state, 'paused', math.max(paused, now + pause))
end
if failed == '0' then
    redis.call('HDEL', state, 'failures', 'open', 'probing', 'trips')
else
    local open = redis.call('HGET', state, 'open')
    local failures = open and 0 or redis.call('HINCRBY', state, 'failures', 1)
    if probe == '1' or failures >= threshold then
        local trips = redis.call('HINCRBY', state, 'trips', 1)
        rest = math.min(first * 2 ^ math.min(trips - 1, 20), longest)
        redis.call('HSET', state, 'open', now + rest)
        redis.call('HDEL', state, 'probing', 'failures')
    end
end
redis.call('PEXPIRE', state, math.max(keep + rest, pause, redis.call('PTTL', state)))
return rest
"""
)


@dataclass(frozen=True)
class Rules:
    """The limits of a key. All times are in seconds.

    `calls` may be in flight at once. After `failures` in a row, none more than `memory` apart,
    the circuit opens for `first_rest`, then twice as long each time that a probe fails too.
    A slot is leased for `lease`, longer than any call takes; a probe has `probe_lease`.
    """

    calls: int = 8
    failures: int = 10
    first_rest: float = 5.0
    longest_rest: float = 60.0
    memory: float = 60.0
    lease: float = 60.0
    probe_lease: float = 15.0


class RedisLimits:
    """The limits of all keys, on one server. Make one per process; it may be shared by threads."""

    def __init__(self, server: redis.Redis, rules: Rules | None = None) -> None:
        self._server = server
        self.rules = rules or Rules()
        self._enter = server.register_script(ENTER)
        self._leave = server.register_script(LEAVE)
        self._outage = Outage("limits of API keys")
        self._alone: dict[tuple[str, str], _Alone] = {}

    def for_key(self, api_key: str, *, patience: float = 5.0) -> KeyLimiter:
        """Return the limiter of a key, which waits for a slot or a pause up to `patience` s."""
        # The braces keep a key's two entries together on a Redis cluster.
        digest = "{" + sha256(api_key.encode()).hexdigest()[:32] + "}"
        keys = (f"fluence:{digest}:slots", f"fluence:{digest}:state")
        alone = self._alone.setdefault(keys, _Alone(self.rules.calls))
        return KeyLimiter(self, keys, patience, alone)

    def enter(self, keys: tuple[str, str]) -> tuple[str, float, Lease] | None:
        """Ask for a slot: "go" or why not, seconds to wait, lease. None without the server."""
        if self._outage.lasts:
            return None
        rules, token = self.rules, uuid4().hex
        terms: list[str | int] = [token, rules.calls, _ms(rules.lease), _ms(rules.probe_lease)]
        try:
            said, wait, clean, probe = self._enter(keys=keys, args=terms)
        except redis.RedisError as error:
            self._outage.begin(error)
            return None
        self._outage.end()
        word = said.decode() if isinstance(said, bytes) else str(said)
        return word, int(wait) / 1000, Lease(token, clean=clean == 1, probe=probe == 1)

    def give_back(self, keys: tuple[str, str], token: str) -> None:
        """Free a slot without waiting for the server's answer."""
        pool = self._server.connection_pool
        try:
            connection: Any = pool.get_connection()
            try:
                skip = connection.pack_command("CLIENT", "REPLY", "SKIP")
                free = connection.pack_command("ZREM", keys[0], token)
                connection.send_packed_command([*skip, *free], check_health=False)
            finally:
                pool.release(connection)
        except redis.RedisError as error:
            self._outage.begin(error)

    def report(self, keys: tuple[str, str], lease: Lease, *, failed: bool, pause: float) -> None:
        """Free a slot and note how the request ended."""
        rules = self.rules
        terms: list[str | int] = [lease.token, int(failed), _ms(pause), int(lease.probe)]
        terms += [rules.failures, _ms(rules.first_rest), _ms(rules.longest_rest)]
        try:
            rest = self._leave(keys=keys, args=[*terms, _ms(rules.memory)])
        except redis.RedisError as error:
            self._outage.begin(error)
            return
        if rest:
            logger.warning(
                "Fluence failed again and again: the next try for key %s is in %d s",
                keys[1].split(":")[1],
                int(rest) / 1000,
            )


class KeyLimiter:
    """The limiter of one key, for `FluenceClient(limiter=…)`."""

    def __init__(
        self,
        limits: RedisLimits,
        keys: tuple[str, str],
        patience: float,
        alone: _Alone,
    ) -> None:
        self._limits = limits
        self._keys = keys
        self._patience = patience
        self._alone = alone

    def enter(self) -> Lease:
        """Take a slot. Raises Refused at once if the circuit is open, else after `patience`."""
        deadline = time.monotonic() + self._patience
        while True:
            answer = self._limits.enter(self._keys)
            left = deadline - time.monotonic()
            if answer is None:
                return self._alone.enter(max(left, 0.0))
            said, wait, lease = answer
            if said == "go":
                return lease
            if said == "circuit_open" or wait > left or left <= 0:
                raise Refused(said, wait or 1.0)
            time.sleep(wait or min(left, random.uniform(0.02, 0.08)))  # noqa: S311

    def leave(self, lease: Lease, *, failed: bool, pause: float | None) -> None:
        if not lease.token:
            self._alone.leave(pause or 0.0)
        elif failed or pause or not lease.clean:
            self._limits.report(self._keys, lease, failed=failed, pause=pause or 0.0)
        else:
            self._limits.give_back(self._keys, lease.token)


class _Alone:
    """What a process keeps of a key's limits by itself while the server is away."""

    def __init__(self, calls: int) -> None:
        self._slots = BoundedSemaphore(calls)
        self._lock = Lock()
        self._paused_until = 0.0

    def enter(self, patience: float) -> Lease:
        """Take a slot of this process's own. Raises Refused."""
        deadline = time.monotonic() + patience
        pause = self._paused_until - time.monotonic()
        if pause > patience:
            raise Refused("rate_limited", pause)
        time.sleep(max(pause, 0.0))
        if not self._slots.acquire(timeout=max(deadline - time.monotonic(), 0.0)):
            raise Refused("busy", 1.0)
        return Lease("")

    def leave(self, pause: float) -> None:
        with self._lock:
            self._paused_until = max(self._paused_until, time.monotonic() + pause)
        with contextlib.suppress(ValueError):
            self._slots.release()


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
