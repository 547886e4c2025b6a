"""Reading settings from environment variables, or from the files that NAME_FILE names.

Each is judged when the panel starts: a wrong one is named there and then, and not by whatever
fails of it an hour later.
"""

import base64
import math
import os
from collections.abc import Callable, Mapping
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping

from .addresses import AddressError, BindAddress, ServerAddress, WebAddress

_Parsed = TypeVar("_Parsed")
_Number = TypeVar("_Number", int, float)

MOST_SECONDS = 86_400.0
_SWITCH = {
    **dict.fromkeys(("on", "true", "yes", "y", "ok", "1"), True),
    **dict.fromkeys(("off", "false", "no", "n", "0"), False),
}


class SettingError(SystemExit, ImproperlyConfigured):
    """A setting is wrong. The message names it and what it must be, and tells no secret.

    Nobody can go on from it: uncaught, it ends gunicorn, uvicorn, Celery or a command with that
    one sentence in place of a trace.
    """


class _Variables(FileAwareMapping):  # type: ignore[misc]
    def __getitem__(self, key: str) -> str:
        value: str = _file_read(super().__getitem__, key)
        if f"{key}_FILE" in self.env:
            # Editors and `echo` end a file with a line break, which is no part of a password.
            value = value.rstrip("\r\n")
        # A value is what it says: Env would take `$word` for the name of another variable.
        return value.replace("$", r"\$")


class PanelEnv(FileAwareEnv):  # type: ignore[misc]
    """As FileAwareEnv, with values taken as they stand, and judged. An empty one is not given.

    Its methods raise SettingError for a value that is none of theirs.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.escape_proxy = True
        self.ENVIRON = _Variables(os.environ if variables is None else variables)

    def text(self, name: str, default: str = "") -> str:
        value: str = self.str(name, default="")
        return value or default

    def whole(self, name: str, *, default: int, least: int = 0, most: int = 10_000) -> int:
        """Return a whole number from `least` to `most`."""
        return self._number(name, int, default, least, most, "a whole number")

    def seconds(self, name: str, *, default: float) -> float:
        """Return a time in seconds: more than none, and no more than a day."""
        return self._number(name, float, default, 0.001, MOST_SECONDS, "a number of seconds")

    def decimal(self, name: str, *, default: float, least: float, most: float) -> float:
        return self._number(name, float, default, least, most, "a number")

    def switch(self, name: str, *, default: bool = False) -> bool:
        text = self.text(name).lower()
        if text and text not in _SWITCH:
            raise SettingError(f"{name} must be “on” or “off”, but it is “{text}”.")
        return _SWITCH.get(text, default)

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of `choices`, whatever case it is written in; the first is the default."""
        text = self.text(name, choices[0])
        for choice in choices:
            if text.lower() == choice.lower():
                return choice
        raise SettingError(f"{name} must be one of {', '.join(choices)}, but it is “{text}”.")

    def web_address(self, name: str, default: str) -> WebAddress:
        return self._parsed(name, WebAddress.parse, default)

    def server_address(self, name: str, default: str) -> ServerAddress:
        return self._parsed(name, ServerAddress.parse, default)

    def bind_address(self, name: str) -> BindAddress | None:
        return self._parsed(name, BindAddress.parse, "") if self.text(name) else None

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Return the names of hosts that commas separate, as browsers send them.

        `*` is any, and a dot in front takes in what is below a name. None has a scheme or a port.
        """
        given = [text.strip() for text in self.text(name).split(",") if text.strip()]
        return [self._host(name, text) for text in given] or default

    def _host(self, name: str, text: str) -> str:
        if text == "*":
            return text
        dot = "." if text.startswith(".") else ""
        try:
            found = WebAddress.parse(f"https://{text.removeprefix('.')}")
        except AddressError:
            found = None
        if found is None or found.port or found.path or ":" in text.rpartition("]")[2]:
            raise SettingError(
                f"{name} must be host names separated by commas, like console.example.com, without "
                f"https:// and without a port, but one is “{text}”."
            )
        return dot + found.host_header

    def fernet_keys(self, name: str, default: str = "") -> list[str]:
        """Return the keys that commas separate. None of them is ever part of a message."""
        keys = [key.strip() for key in self.text(name, default).split(",") if key.strip()]
        for place, key in enumerate(keys, 1):
            if not _is_fernet_key(key):
                raise SettingError(
                    f"{name}: key {place} of {len(keys)} is no Fernet key (32 random bytes, "
                    "URL-safe base64). Make one with `openssl rand -base64 32 | tr '+/' '-_'`. "
                    "If it was changed by mistake, put the old one back: without it the API keys "
                    "that are stored cannot be read."
                )
        return keys

    def _number(
        self,
        name: str,
        kind: Callable[[str], _Number],
        default: _Number,
        least: _Number,
        most: _Number,
        what: str,
    ) -> _Number:
        text = self.text(name)
        try:
            number = kind(text) if text else default
        except ValueError:
            number = None
        if number is None or not math.isfinite(number) or not least <= number <= most:
            raise SettingError(
                f"{name} must be {what} from {least:,} to {most:,}, but it is “{text}”."
            )
        return number

    def _parsed(self, name: str, parse: Callable[[str], _Parsed], default: str) -> _Parsed:
        try:
            return parse(self.text(name, default).strip())
        except AddressError as error:
            raise SettingError(f"{name} {error}") from None


def _file_read(read: Callable[[str], str], key: str) -> str:
    try:
        return read(key)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise SettingError(f"{key}_FILE names a file that cannot be read: {why}.") from None


def _is_fernet_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False
