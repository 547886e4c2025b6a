"""From a raw request to an answer: key, path, scopes, faults, handler."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from decimal import Decimal
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from controlpanel.simulator import api, trouble  # noqa: F401 (api registers the operations)
from controlpanel.simulator.accounts import KEYS, ApiKey
from controlpanel.simulator.answers import Answer, error_answer
from controlpanel.simulator.lifecycle import settle
from controlpanel.simulator.records import AccountRecord
from controlpanel.simulator.router import ApiError, Call, Route, router
from controlpanel.simulator.world import Exchange, SeenRequest, World

logger = logging.getLogger(__name__)

AUTH_HEADERS = ("X-API-KEY", "Authorization")

NOBODY = AccountRecord(id="", email="", balance=Decimal(0), deposited=Decimal(0))
NO_KEY = ApiKey(NOBODY.id, ())


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
        query = parse_qs(parts.query, keep_blank_values=True)
        answer = trouble.before(self._world, operation)
        if answer is None:
            answer = self._in_spite_of_faults(
                operation,
                lambda: self._handled(route, methods, headers, body, params=params, query=query),
            )
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
        agent = headers.get("User-Agent", "")
        for observe in self._world.observers:
            observe(Exchange(operation, params, query, agent, body, answer))
        return answer

    def _in_spite_of_faults(self, operation: str, handle: Callable[[], Answer]) -> Answer:
        false_answer, effect = trouble.instead(self._world, operation)
        if false_answer and not effect:
            return false_answer
        answer = handle()
        return false_answer or trouble.after(self._world, operation, answer)

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
        try:
            if route is None:
                return _no_such_route(methods)
            key = _authorised(route, headers)
            parsed = _parsed(body)
            with world.lock:
                settle(world)
                account = world.state.accounts.get(key.account_id, NOBODY)
                trouble.meanwhile(world, account, route.operation)
                payload = route.handler(Call(world, account, key.scopes, query, parsed, params))
                answer = payload if isinstance(payload, Answer) else Answer(200, payload)
                answer.freeze()
            if route.method != "GET":
                world.keep()
            return answer
        except ApiError as error:
            return error_answer(error.code, error.message, error.status)
        except Exception:
            logger.exception("%s failed", route.operation if route else "a request")
            return error_answer("internal_server_error", "The simulator has failed.", 500)


def _no_such_route(methods: list[str]) -> Answer:
    if methods:
        return Answer(405, headers={"Allow": ", ".join(methods)})
    return error_answer("not_found", "No such endpoint.", 404)


def _authorised(route: Route, headers: Message) -> ApiKey:
    """Return the key, from either header or both, once it is known to open this operation.

    A key alone is none in `Authorization`: the scheme belongs to it.
    """
    if route.public:
        return NO_KEY
    authorization = headers.get("Authorization", "").strip()
    match = re.fullmatch(r"X-API-KEY\s+(\S+)", authorization)
    given = {headers.get("X-API-KEY", "").strip(), match[1] if match else ""} - {""}
    is_clear = len(given) == 1 and bool(match or not authorization)
    key = KEYS.get(given.pop()) if is_clear else None
    if key is None:
        raise ApiError("unauthorized", "Auth failed. No such API Key")
    if not key.opens(route.scope):
        raise ApiError("forbidden", f"This API key lacks the scope {route.scope}.")
    return key


def _parsed(body: bytes) -> Any:  # noqa: ANN401
    if not body:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ApiError("bad_request", "The body is not valid JSON.") from None
