"""Which handler answers which operation, and what handlers take and raise."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from controlpanel.simulator.records import AccountRecord
from controlpanel.simulator.world import World

STATUS_OF_CODE = {
    "bad_request": 400,
    "unauthorized": 401,
    "insufficient_balance": 402,
    "forbidden": 403,
    "not_found": 404,
    "not_acceptable": 406,
    "conflict": 409,
    "unprocessable_entity": 422,
    "internal_server_error": 500,
    "service_unavailable": 503,
}


class ApiError(Exception):
    """An error answer: the API's `code`, and a message for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        return STATUS_OF_CODE[self.code]


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose key and path are in order. Handlers run under the world's lock."""

    world: World
    account: AccountRecord
    scopes: tuple[str, ...]
    query: dict[str, list[str]]
    body: Any
    params: dict[str, str] = field(default_factory=dict)

    def uuid_param(self, name: str) -> str:
        """Return an id from the path."""
        return as_uuid(self.params[name], name)


Handler = Callable[[Call], Any]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class Route:
    """An operation. `scope` "" means any working key; `public` means no key at all.

    `guide` marks a form that only the vendor's guide has: it works, but is not advertised.
    """

    method: str
    template: str
    handler: Handler
    scope: str
    public: bool
    guide: bool

    @property
    def operation(self) -> str:
        return f"{self.method} {self.template}"


class Router:
    """The routes, in the order in which they are tried."""

    def __init__(self) -> None:
        self.routes: list[Route] = []
        self._patterns: list[tuple[re.Pattern[str], Route]] = []

    def route(
        self,
        method: str,
        template: str,
        *,
        scope: str = "",
        public: bool = False,
        guide: bool = False,
    ) -> Callable[[H], H]:
        """Register a handler. `{name}` in the template stands for one path segment."""

        def register(handler: H) -> H:
            route = Route(method, template, handler, scope, public, guide)
            pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
            self.routes.append(route)
            self._patterns.append((pattern, route))
            return handler

        return register

    def find(self, method: str, path: str) -> tuple[Route | None, dict[str, str], list[str]]:
        """Return the route, its parameters, or else the methods that the path advertises."""
        methods = []
        exact = any(route.template == path for route in self.routes)
        for pattern, route in self._patterns:
            match = pattern.fullmatch(path)
            if not match or (exact and route.template != path):
                continue  # "/v1/storages/types" is not the storage whose id is "types"
            if route.method == method:
                return route, match.groupdict(), []
            if not route.guide:
                methods.append(route.method)
        return None, {}, methods


router = Router()
route = router.route


def as_uuid(value: object, name: str) -> str:
    """Return a UUID in its usual spelling. Raises ApiError naming the field."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise ApiError("bad_request", f"{name}: not a valid UUID.") from None
