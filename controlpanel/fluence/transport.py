"""The one place that speaks HTTP to Fluence."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from uuid import uuid4

import requests
from urllib3.exceptions import HTTPError

from controlpanel.fluence.answers import CheckedAnswer
from controlpanel.fluence.bounds import BoundedAdapter, body_of
from controlpanel.fluence.clock import RemoteClock
from controlpanel.fluence.errors import FluenceError, UnsendableKey
from controlpanel.fluence.failures import Call, from_answer, from_network, from_refusal, is_trouble
from controlpanel.fluence.limiter import Limiter, Refused
from controlpanel.fluence.queries import Query
from controlpanel.fluence.retries import RetryRule
from controlpanel.fluence.types.base import Request
from controlpanel.lib.addresses import AddressError, WebAddress

logger = logging.getLogger(__name__)
# Told of each request: method, path, the HTTP status or why no answer came, and seconds.
Observer = Callable[[str, str, str, float], None]

USER_AGENT = "fluence-team-console"


class ApiKeyHeaders(requests.auth.AuthBase):
    """Send the key both ways: the guide documents one header, the OpenAPI text the other.

    As the session's `auth` it also keeps requests from looking for a password in ~/.netrc.
    """

    def __init__(self, api_key: str) -> None:
        if not re.fullmatch(r"[!-~]+", api_key):
            # The key must not be in the message, and requests' own complaint would quote it.
            raise UnsendableKey("An API key is made of printable ASCII characters without spaces.")
        self._api_key = api_key

    def masked(self, content: bytes) -> bytes:
        """Return what a server said without the key, should it have said that back."""
        return content.replace(self._api_key.encode(), b"***")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-API-KEY"] = self._api_key
        request.headers["Authorization"] = f"X-API-KEY {self._api_key}"
        return request


@dataclass(frozen=True, slots=True)
class Wire:
    """What is sent of a call: never logged, never part of an error or of its traceback."""

    query: Query | None
    data: bytes | None = field(repr=False)
    accept: str


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
        retry_timeouts: bool,
        pool_size: int,
        limiter: Limiter,
        observer: Observer | None,
        clock: RemoteClock,
    ) -> None:
        address = _parsed_base_url(base_url)
        self.base_url = str(address)
        self._timeout = (connect_timeout, read_timeout)
        self._retries = RetryRule(retries, timeouts=retry_timeouts)
        self._limiter = limiter
        self._observer = observer
        self._clock = clock
        self._session = requests.Session()
        # On this machine no proxy stands in between, whatever a variable says: it would be told
        # the key, in clear where there is no TLS.
        self._session.trust_env = address.scheme == "https" or not address.is_loopback
        self._session.auth = self._auth = ApiKeyHeaders(api_key)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update({"User-Agent": USER_AGENT})
        adapter = BoundedAdapter(pool_maxsize=pool_size, pool_block=False)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def close(self) -> None:
        self._session.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None,
        body: object,
        accept: str,
        changes: bool,
    ) -> CheckedAnswer:
        """Make a call: a change exactly once, a GET again if it fails.

        Raises CallRejected, Unavailable, or (for a change) OutcomeUnknown.
        """
        call = Call(method, path, uuid4().hex[:12], changes)
        wire = Wire(query, _as_json(body), accept)
        attempt, unanswered = 1, 0
        while True:
            outcome = self._attempt(call, wire)
            if isinstance(outcome, CheckedAnswer):
                return outcome
            unanswered += outcome.status is None
            pause = self._retries.pause(call, outcome, attempt, unanswered)
            if pause is None:
                raise outcome
            time.sleep(pause)
            attempt += 1

    def _attempt(self, call: Call, wire: Wire) -> CheckedAnswer | FluenceError:
        """Send one request, as far as the limits let it, and log it."""
        began = time.monotonic()
        outcome: CheckedAnswer | FluenceError
        try:
            lease = self._limiter.enter()
        except Refused as refused:
            outcome = from_refusal(call, refused)
        else:
            failed, pause = False, None
            try:
                outcome = self._exchange(call, wire)
                if isinstance(outcome, FluenceError):
                    failed, pause = is_trouble(outcome), _pause(outcome)
            finally:
                self._limiter.leave(lease, failed=failed, pause=pause)
        self._tell(call, outcome, time.monotonic() - began)
        return outcome

    def _tell(self, call: Call, outcome: CheckedAnswer | FluenceError, seconds: float) -> None:
        """Log a request, an error as a warning: people are shown its id, so it must be found."""
        failed = isinstance(outcome, FluenceError)
        result = str(outcome.status or (outcome.code if isinstance(outcome, FluenceError) else ""))
        logger.log(
            logging.WARNING if failed else logging.INFO,
            "%s %s: %s in %d ms, request %s",
            *(call.method, call.path, result, seconds * 1000, call.request_id),
        )
        if self._observer is not None:
            self._observer(call.method, call.path, result, seconds)

    def _exchange(self, call: Call, wire: Wire) -> CheckedAnswer | FluenceError:
        """Return errors rather than raise them: requests' own hold the request's secrets."""
        try:
            response = self._session.request(
                call.method,
                self.base_url + call.path,
                params=wire.query,
                data=wire.data,
                headers=_headers(call, wire),
                timeout=self._timeout,
                # A redirect would carry the key to another address.
                allow_redirects=False,
                stream=True,
            )
            content = self._auth.masked(body_of(response, self._timeout[1]))
        except (requests.RequestException, HTTPError) as error:
            return from_network(call, error)
        if response.status_code < 500:
            self._clock.note(response.headers.get("Date"))
        if not 200 <= response.status_code < 300:
            return from_answer(call, response, content)
        return CheckedAnswer(call, response.status_code, content)


def _as_json(body: object) -> bytes | None:
    """Write the body. A Request is uncovered here and nowhere before: it may hold a secret."""
    plain = body.to_wire() if isinstance(body, Request) else body
    return None if plain is None else json.dumps(plain).encode()


def _pause(error: FluenceError) -> float | None:
    """Return how long the key should be quiet; a 429 that does not say means a second."""
    if error.status == 429:
        return 1.0 if error.retry_after is None else error.retry_after
    return error.retry_after if error.status == 503 else None


def _headers(call: Call, wire: Wire) -> dict[str, str]:
    headers = {"X-Request-Id": call.request_id, "Accept": wire.accept}
    return headers if wire.data is None else {**headers, "Content-Type": "application/json"}


def _parsed_base_url(base_url: str) -> WebAddress:
    try:
        return WebAddress.parse(base_url)
    except AddressError as error:
        raise ValueError(
            f"The address of the Fluence API {error} It must look like https://api.fluence.dev"
        ) from None
