"""How a method says which endpoint of the API it is, and whether that changes anything.

    @change("POST /v2/vms/{vm_id}/terminate")
    def terminate(self, send: Send, vm_id: str) -> VM:
        return send(vm_id=vm_id).one(VM)

The decorator gives the method its `send`, which can make that one call and no other: path and
method stand in one place, for the call itself, for the docs (`endpoints.py`) and for the tests.

**Ambiguity is a type.** A change may end as `OutcomeUnknown`. So changes can be called only on a
client that was asked for with `client.for_changes()`, of type `FluenceClient[Changes]`. An
ordinary client is a `FluenceClient[Reads]`, and the type checker refuses a change on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, Self

from typing_extensions import TypeVar

from controlpanel.fluence.answers import CheckedAnswer
from controlpanel.fluence.queries import Query, segment
from controlpanel.fluence.transport import Transport
from controlpanel.fluence.types.base import Unreadable


class Reads:
    """What a client may do: look."""


class Changes(Reads):
    """What a client may do: look, and change things. Its holder handles OutcomeUnknown."""


May = TypeVar("May", default=Reads, covariant=True)
P = ParamSpec("P")
R = TypeVar("R")
G = TypeVar("G", bound="Group[Any]")


class Group(Generic[May]):
    """The calls about one kind of thing: `client.vms`, `client.storages`, ..."""

    def __init__(self, transport: Transport, unreadable: list[Unreadable] | None = None) -> None:
        self._transport = transport
        self._unreadable = unreadable

    def leaving_out(self, unreadable: list[Unreadable]) -> Self:
        """As that of the client, for these calls alone."""
        return type(self)(self._transport, unreadable)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of the API, as its document names it: "GET" and "/v2/vms/{vm_id}"."""

    method: str
    template: str
    changes: bool

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    def path(self, ids: dict[str, str]) -> str:
        """Return the path with the ids in their places."""
        return re.sub(r"\{(\w+)\}", lambda match: segment(ids[match[1]]), self.template)


@dataclass(frozen=True, slots=True)
class Send:
    """Makes the call a method is for. Raises any FluenceError."""

    transport: Transport
    endpoint: Endpoint
    unreadable: list[Unreadable] | None = None

    def __call__(
        self,
        *,
        query: Query | None = None,
        body: object = None,
        accept: str = "application/json",
        **ids: str,
    ) -> CheckedAnswer:
        return self.to(self.endpoint.path(ids), query=query, body=body, accept=accept)

    def to(
        self,
        path: str,
        *,
        query: Query | None = None,
        body: object = None,
        accept: str = "application/json",
    ) -> CheckedAnswer:
        """Make it at another path, for the guide's form of the call."""
        method, changes = self.endpoint.method, self.endpoint.changes
        answer = self.transport.send(
            method, path, query=query, body=body, accept=accept, changes=changes
        )
        return answer if self.unreadable is None else replace(answer, unreadable=self.unreadable)


def read(
    endpoint: str,
) -> Callable[[Callable[Concatenate[G, Send, P], R]], Callable[Concatenate[G, P], R]]:
    """Mark a method that changes nothing, whatever its HTTP method.

    A GET is tried again when it fails; a POST is sent once. Without an answer it is Unavailable.
    """

    def decorate(
        method: Callable[Concatenate[G, Send, P], R],
    ) -> Callable[Concatenate[G, P], R]:
        return _with_send(method, endpoint, changes=False)

    return decorate


def change(
    endpoint: str,
) -> Callable[[Callable[Concatenate[G, Send, P], R]], Callable[Concatenate[Group[Changes], P], R]]:
    """Mark a method that changes something. It is sent exactly once, and may be OutcomeUnknown."""

    def decorate(
        method: Callable[Concatenate[G, Send, P], R],
    ) -> Callable[Concatenate[Group[Changes], P], R]:
        return _with_send(method, endpoint, changes=True)

    return decorate


def _with_send(method: Callable[..., R], name: str, *, changes: bool) -> Callable[..., R]:
    verb, _, template = name.partition(" ")
    endpoint = Endpoint(verb, template, changes)

    def call(self: Group[Any], /, *args: Any, **kwargs: Any) -> R:
        return method(self, Send(self._transport, endpoint, self._unreadable), *args, **kwargs)

    update_wrapper(call, method)
    del call.__wrapped__  # type: ignore[attr-defined]  # its `send` is not the caller's business
    call.endpoint = endpoint  # type: ignore[attr-defined]
    return call
