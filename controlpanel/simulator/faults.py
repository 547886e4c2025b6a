"""Trouble on demand, for tests and for trying how the panel bears it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Literal, get_args

Kind = Literal[
    "maintenance",
    "latency",
    "timeout_before",
    "timeout_after",
    "status",
    "rate_limited",
    "server_error",
    "bad_gateway",
    "truncated",
    "unknown_status",
    "unknown_fields",
    "late_visibility",
    "failed_launch",
    "provider_terminates",
    "balance_runs_out",
]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(slots=True)
class Fault:
    """One kind of trouble.

    maintenance          503 for everything but the service status
    latency              answers `seconds` later
    timeout_before       does nothing, holds the connection for `seconds`, then closes it
    timeout_after        does it, holds the connection for `seconds`, then closes it unanswered
    status               answers `status` with `body` and `headers`
    rate_limited         answers 429 with a Retry-After of `seconds`
    server_error         answers 500 with the API's error body
    bad_gateway          answers 502 with a proxy's HTML page
    truncated            does it, and answers only the first half of the JSON
    unknown_status       VMs in the answer have a status that no document knows
    unknown_fields       objects in the answer have a field that no document knows
    late_visibility      a VM made now is missing from lists for `seconds`
    failed_launch        a VM made now will fail to launch
    provider_terminates  a launched VM of the account that asks is terminated by the provider
    balance_runs_out     the account that asks has no money left; its VMs end with the paid hour

    The four that only answer do nothing else unless `effect` is set: then it is done all the same.
    `operation` limits a fault to one, such as "POST /v2/vms/{vm_id}/restart"; None means all.
    `times` is how often it strikes; None means until it is cleared.
    """

    kind: Kind
    operation: str | None = None
    times: int | None = None
    seconds: float = 0.0
    status: int = 500
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    effect: bool = False


class Faults:
    """The faults that are set. Threads share it."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(
        self,
        kind: Kind,
        *,
        operation: str | None = None,
        times: int | None = None,
        seconds: float = 0.0,
        status: int = 500,
        body: str = "",
        headers: dict[str, str] | None = None,
        effect: bool = False,
    ) -> None:
        """Set a fault; see `Fault` for what each means. Raises ValueError for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"There is no fault {kind!r}: choose from {', '.join(KINDS)}.")
        fault = Fault(kind, operation, times, seconds, status, body, headers or {}, effect)
        with self._lock:
            self._faults.append(fault)

    def take(self, kind: Kind, operation: str) -> Fault | None:
        """Return the first fault of this kind that applies now, and count that it struck."""
        with self._lock:
            for fault in self._faults:
                if fault.kind == kind and fault.operation in (None, operation):
                    self._count(fault)
                    return fault
        return None

    def is_set(self, kind: Kind) -> bool:
        with self._lock:
            return any(fault.kind == kind for fault in self._faults)

    def left(self) -> list[Fault]:
        """Return those that are set, and have not struck as often as they will."""
        with self._lock:
            return [replace(fault) for fault in self._faults]

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def _count(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._faults.remove(fault)


_READERS: dict[str, Callable[[str], Any]] = {
    "operation": str,
    "times": int,
    "seconds": float,
    "status": int,
    "body": str,
    "effect": lambda value: {"yes": True, "no": False}[value],
}


def parse_fault(text: str) -> dict[str, Any]:
    """Read "kind,name=value,…" as arguments of `Faults.add`. Raises ValueError."""
    kind, *pairs = text.split(",")
    fault: dict[str, Any] = {"kind": kind}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or name not in _READERS:
            raise ValueError(f"{pair!r} is none of {', '.join(f'{n}=…' for n in _READERS)}.")
        try:
            fault[name] = _READERS[name](value)
        except (ValueError, KeyError):
            raise ValueError(f"{value!r} is no value for {name}.") from None
    return fault
