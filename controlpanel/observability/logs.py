"""Log lines: as JSON for a collector, with the ids of what is being worked on."""

import logging
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from .context import FIELDS, current

# Only these leave the process, whatever a library hangs on its records (Django: the request).
ALLOWED = frozenset(
    (
        *("time", "level", "logger", "message", "exc_info", "stack_info"),
        *FIELDS,
        *("method", "route", "status", "milliseconds"),
    )
)
# Names of URL parts that let whoever has them in.
SECRET_URL_PARTS = ("token", "key")


class PanelJsonFormatter(JsonFormatter):
    """One JSON object a line, of the fields in ALLOWED and no others."""

    def __init__(self) -> None:
        super().__init__(
            ("levelname", "name", "message"),
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger"},
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value
            for name, value in log_data.items()
            if name in ALLOWED and value not in (None, "")
        }


class ContextFilter(logging.Filter):
    """Put the ids of what is being worked on onto each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in current().items():
            setattr(record, name, value)
        return True


class SecretPathFilter(logging.Filter):
    """Take the secret out of paths that Django names when it refuses a request.

    The link of an invitation or of a password reset is as good as a password.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        parts = match.kwargs if match else {}
        for secret in (str(parts[name]) for name in SECRET_URL_PARTS if name in parts):
            record.msg, record.args = record.getMessage().replace(secret, "***"), ()
        return True


class RefusalFilter(logging.Filter):
    """Say in one line that a request was refused: the panel did what it should, and needs no trace.

    Django hangs one on a missing permission, a foreign host name, or a form of too many fields.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", None)
        if isinstance(status, int) and 400 <= status < 500:
            record.exc_info = record.exc_text = None
        return True
