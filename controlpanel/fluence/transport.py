"""The one place that speaks HTTP to Fluence."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Mapping
from decimal import Decimal
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests
from requests.adapters import HTTPAdapter

from controlpanel.fluence import errors
from controlpanel.fluence.answers import CheckedAnswer
from controlpanel.fluence.failures import Call, from_answer, from_network
from controlpanel.fluence.retries import read_retry

logger = logging.getLogger(__name__)

USER_AGENT = "fluence-team-console"

Query = Mapping[str, str]


class ApiKeyHeaders(requests.auth.AuthBase):
    """Send the key both ways: the guide documents one header, the OpenAPI text the other.

    As the session's `auth` it also keeps requests from looking for a password in ~/.netrc.
    """

    def __init__(self, api_key: str) -> None:
        if not re.fullmatch(r"[!-~]+", api_key):
            # The key must not be in the message, and requests' own complaint would quote it.
            raise ValueError("An API key is made of printable ASCII characters without spaces.")
        self._api_key = api_key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-API-KEY"] = self._api_key
        request.headers["Authorization"] = f"X-API-KEY {self._api_key}"
        return request


class Transport:
    """Sends requests over kept-alive connections. May be shared by threads."""

    def __init__(
        self,
        api_key: str,
        base_url: str,
        *,
        connect_timeout: float,
        read_timeout: float,
        retries: int,
        pool_size: int,
    ) -> None:
        self.base_url = _checked_base_url(base_url)
        self._timeout = (connect_timeout, read_timeout)
        self._session = requests.Session()
        self._session.auth = ApiKeyHeaders(api_key)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        adapter = HTTPAdapter(
            pool_maxsize=pool_size, pool_block=False, max_retries=read_retry(retries)
        )
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def close(self) -> None:
        self._session.close()

    def get(self, path: str, query: Query | None = None) -> CheckedAnswer:
        """Read. Raises CallRejected, Unavailable or MalformedAnswer."""
        return self._send("GET", path, query=query)

    def change(self, method: str, path: str, body: object = None) -> CheckedAnswer:
        """Send a change, exactly once. Raises CallRejected, Unavailable or OutcomeUnknown."""
        return self._send(method, path, data=_as_json(body), changes=True)

    def ask(self, path: str, body: object) -> CheckedAnswer:
        """Read by POST, where the question needs a body. Sent once; raises as `get` does."""
        return self._send("POST", path, data=_as_json(body))

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        data: bytes | None = None,
        changes: bool = False,
    ) -> CheckedAnswer:
        call = Call(method, path, uuid4().hex[:12], changes)
        began = time.monotonic()
        response = failure = None
        try:
            response = self._session.request(
                method,
                self.base_url + path,
                params=query,
                data=data,
                headers=_headers(call, data),
                timeout=self._timeout,
                # A redirect would carry the key to another address.
                allow_redirects=False,
            )
        except requests.RequestException as error:
            failure = from_network(call, error)
        _log(call, response, failure, time.monotonic() - began)
        if failure is not None:
            # Raised here rather than above: requests' error holds the request with its secrets.
            raise failure
        assert response is not None  # noqa: S101
        return _checked(call, response)


def _as_json(body: object) -> bytes | None:
    return None if body is None else json.dumps(body).encode()


def _checked(call: Call, response: requests.Response) -> CheckedAnswer:
    if not 200 <= response.status_code < 300:
        raise from_answer(call, response)
    try:
        payload: Any = json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError):
        payload = None
    return CheckedAnswer(call, response.status_code, payload)


def _headers(call: Call, data: bytes | None) -> dict[str, str]:
    headers = {"X-Request-Id": call.request_id}
    return headers if data is None else {**headers, "Content-Type": "application/json"}


def _log(
    call: Call,
    response: requests.Response | None,
    failure: errors.FluenceError | None,
    seconds: float,
) -> None:
    result = response.status_code if response is not None else failure.code if failure else ""
    logger.info(
        "%s %s: %s in %d ms, request %s",
        call.method,
        call.path,
        result,
        seconds * 1000,
        call.request_id,
    )


def _checked_base_url(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise ValueError("The address of the Fluence API must look like https://api.fluence.dev")
    return base_url.rstrip("/")
