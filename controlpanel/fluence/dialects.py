"""Where the vendor's guide and OpenAPI document give one call two forms.

The OpenAPI form is tried first. On 404 or 405 the guide's form is tried once, and whichever
worked is remembered for the base URL, so that later calls need one request again.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from controlpanel.fluence.answers import CheckedAnswer
from controlpanel.fluence.errors import CallRejected

Form = Callable[[], CheckedAnswer]

_lock = Lock()
_guide_form_works: set[tuple[str, str]] = set()


def in_either_dialect(base_url: str, call: str, *, openapi: Form, guide: Form) -> CheckedAnswer:
    """Make the call named `call` in the form this server knows.

    When neither form is known to the server, the first one's error is raised and nothing is
    remembered: a 404 may as well mean that the thing asked for does not exist.
    """
    remembered = (base_url, call)
    guide_first = remembered in _guide_form_works
    first, second = (guide, openapi) if guide_first else (openapi, guide)
    try:
        return first()
    except CallRejected as error:
        if error.status not in (404, 405):
            raise
        rejection = error
    try:
        answer = second()
    except CallRejected as error:
        if error.status not in (404, 405):
            raise
        raise rejection from None
    with _lock:
        if guide_first:
            _guide_form_works.discard(remembered)
        else:
            _guide_form_works.add(remembered)
    return answer


def forget_dialects() -> None:
    """Forget what was learnt about servers, as after one has been upgraded."""
    with _lock:
        _guide_form_works.clear()
