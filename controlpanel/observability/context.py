"""What is being worked on, for every log line written meanwhile.

    request_id     of the web request, also while a task that it sent runs; in its audit entries
    operation_id   of the operation being carried out or settled
    user_id, team_id
    task, task_id  of the Celery task

Never names, addresses or secrets: logs travel further than the database.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

FIELDS = ("request_id", "operation_id", "user_id", "team_id", "task", "task_id")

_NOTHING: Mapping[str, str] = MappingProxyType({})
_fields: ContextVar[Mapping[str, str]] = ContextVar("log_fields", default=_NOTHING)


def bind(**fields: object) -> None:
    """Add ids to what is being worked on, until the surrounding `working_on` ends."""
    _fields.set({**_fields.get(), **{name: str(value) for name, value in fields.items()}})


@contextmanager
def working_on(**fields: object) -> Iterator[None]:
    """Begin something new, with these ids only; afterwards all is as it was before."""
    token = _fields.set({name: str(value) for name, value in fields.items() if value})
    try:
        yield
    finally:
        _fields.reset(token)


def begin(**fields: object) -> None:
    """As `working_on`, where begin and end are two callbacks; the end is `begin()`."""
    _fields.set({name: str(value) for name, value in fields.items() if value})


def current() -> Mapping[str, str]:
    return _fields.get()


def request_id() -> str:
    """Return the id of the web request that this happens in, or for which; else nothing."""
    return _fields.get().get("request_id", "")
