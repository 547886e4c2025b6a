"""From a raw request to an answer: key, path, scopes, faults, handler."""

from __future__ import annotations

import json
import logging
import re
import time
from dataclasses import dataclass, field
from decimal import Decimal
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from controlpanel.simulator import api  # noqa: F401 (registers the operations)
from controlpanel.simulator.accounts import KEYS, ApiKey
from controlpanel.simulator.lifecycle import settle
from controlpanel.simulator.records import AccountRecord
from controlpanel.simulator.router import ApiError, Call, Route, router
from controlpanel.simulator.world import SeenRequest, World

logger = logging.getLogger(__name__)

STATUS_OPERATION = "GET /v1/service/status"
AUTH_HEADERS = ("X-API-KEY", "Authorization")

NOBODY = AccountRecord(id="", email="", balance=Decimal(0), deposited=Decimal(0))
NO_KEY = ApiKey(NOBODY.id, ())


@dataclass(slots=True)
class Answer:
    """What to send back. `status` None means to close the connection after `hold` seconds."""

    status: int | None
    payload: Any = None
    text: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    hold: float = 0.0

    @property
    def body(self) -> bytes:
        if self.text is not None:
            return self.text.encode()
        return b"" if self.payload is None else json.dumps(self.payload).encode()


def error_answer(code: str, message: str, status: int) -> Answer:
    return Answer(status, {"code": code, "error": message})


class Dispatcher:
    """Answers requests about one world. Threads share it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, method: str, target: str, headers: Message, body: bytes) -> Answer:
        """Answer a request, and note that it was made."""
        parts = urlsplit(target)
        path = unquote(parts.path)
        route, params, methods = router.find(method, path)
        operation = route.operation if route else f"{method} {path}"
        answer = self._troubled(operation)
        if answer is None:
            query = parse_qs(parts.query, keep_blank_values=True)
            answer = self._handled(route, methods, headers, body, params=params, query=query)
            answer = self._spoilt(operation, answer)
        self._world.requests.append(
            SeenRequest(
                method=method,
                path=path,
                operation=operation,
                status=answer.status,
                auth_headers=tuple(name for name in AUTH_HEADERS if headers.get(name)),
                request_id=headers.get("X-Request-Id", ""),
            )
        )
        return answer

    def _troubled(self, operation: str) -> Answer | None:
        """Return the answer of a fault that strikes before anything is done."""
        faults = self._world.faults
        if slow := faults.take("latency", operation):
            time.sleep(slow.seconds)
        if operation != STATUS_OPERATION and faults.take("maintenance", operation):
            return error_answer("service_unavailable", "Fluence is closed for maintenance.", 503)
        if fault := faults.take("timeout_before", operation):
            return Answer(None, hold=fault.seconds)
        return None

    def _spoilt(self, operation: str, answer: Answer) -> Answer:
        """Return the answer as a fault leaves it that strikes afterwards."""
        faults = self._world.faults
        if fault := faults.take("timeout_after", operation):
            return Answer(None, hold=fault.seconds)
        if faults.take("truncated", operation):
            return Answer(answer.status, text=answer.body[: len(answer.body) // 2].decode())
        return answer

    def _handled(
        self,
        route: Route | None,
        methods: list[str],
        headers: Message,
        body: bytes,
        *,
        params: dict[str, str],
        query: dict[str, list[str]],
    ) -> Answer:
        world = self._world
        fault = world.faults.take("status", route.operation) if route else None
        if fault and not fault.effect:
            return Answer(fault.status, text=fault.body, headers=fault.headers)
        try:
            if route is None:
                return _no_such_route(methods)
            key = _authorised(route, headers)
            parsed = _parsed(body)
            with world.lock:
                settle(world)
                account = world.state.accounts.get(key.account_id, NOBODY)
                payload = route.handler(Call(world, account, key.scopes, query, parsed, params))
                answer = Answer(200, text=json.dumps(payload))
        except ApiError as error:
            answer = error_answer(error.code, error.message, error.status)
        except Exception:
            logger.exception("%s failed", route.operation if route else "a request")
            answer = error_answer("internal_server_error", "The simulator has failed.", 500)
        return Answer(fault.status, text=fault.body, headers=fault.headers) if fault else answer


def _no_such_route(methods: list[str]) -> Answer:
    if methods:
        return Answer(405, headers={"Allow": ", ".join(methods)})
    return error_answer("not_found", "No such endpoint.", 404)


def _authorised(route: Route, headers: Message) -> ApiKey:
    """Return the key, from either header, once it is known to open this operation."""
    if route.public:
        return NO_KEY
    bearer = re.fullmatch(r"X-API-KEY\s+(\S+)", headers.get("Authorization", "").strip())
    secret = headers.get("X-API-KEY", "").strip() or (bearer[1] if bearer else "")
    key = KEYS.get(secret)
    if key is None:
        raise ApiError("unauthorized", "Auth failed. No such API Key")
    if route.scope and route.scope not in key.scopes:
        raise ApiError("forbidden", f"This API key lacks the scope {route.scope}.")
    return key


def _parsed(body: bytes) -> Any:  # noqa: ANN401
    if not body:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ApiError("bad_request", "The body is not valid JSON.") from None
