"""Addresses that settings name: parsed once, by the standard library's rules, and never cut again.

Their messages follow the name of a setting, and quote nothing: an address may hold a password.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

import idna

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9]([a-z0-9_.-]*[a-z0-9])?")
_PATH = re.compile(r"(/[\w.~-]+)*/?", re.ASCII)
_PORTS = range(1, 65_536)
# What a database of Redis or Valkey is numbered by; the panel needs three in a row.
_DATABASE = re.compile(r"/?(\d{1,4})?", re.ASCII)


class AddressError(ValueError):
    """The text is no such address; the message says what it must be."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """Where something is on the web. `host` is as browsers send it: lower case, in ASCII.

    `port` is None where it is the scheme's own; `path` is empty or `/console`.
    """

    scheme: str
    host: str
    port: int | None = None
    path: str = ""

    @classmethod
    def parse(cls, text: str) -> "WebAddress":
        parts, port = _split(text, "must be an address like https://console.example.com")
        if parts.scheme not in _DEFAULT_PORTS:
            raise AddressError("must begin with https:// or http://.")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise AddressError("must have no user, “?” or “#” in it.")
        if not _PATH.fullmatch(parts.path):
            raise AddressError("may have a path of letters, digits, “.”, “_”, “~” and “-” alone.")
        own = _DEFAULT_PORTS[parts.scheme]
        host = _host(parts.hostname or "")
        return cls(parts.scheme, host, None if port == own else port, parts.path.rstrip("/"))

    @property
    def host_header(self) -> str:
        """The host as it stands in a URL: an IPv6 address has brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def origin(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host_header}{port}"

    @property
    def mail_domain(self) -> str:
        """What stands behind the @ of an address at this host."""
        if not _is_ip(self.host):
            return self.host
        return f"[IPv6:{self.host}]" if ":" in self.host else f"[{self.host}]"

    @property
    def is_loopback(self) -> bool:
        """Whether what is sent there stays on this machine."""
        if _is_ip(self.host):
            return ip_address(self.host).is_loopback
        return self.host == "localhost" or self.host.endswith(".localhost")

    def __str__(self) -> str:
        return self.origin + self.path


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A Redis or Valkey, and the first of the databases in it that are ours."""

    parts: SplitResult
    first: int

    @classmethod
    def parse(cls, text: str) -> "ServerAddress":
        """Parse `redis://` or, with TLS, `rediss://user:password@host:port/database`."""
        parts, _ = _split(text, "must be an address like redis://:password@host:6379")
        if parts.scheme not in {"redis", "rediss"}:
            raise AddressError("must begin with redis:// or, for TLS, rediss://.")
        found = _DATABASE.fullmatch(parts.path)
        if not found:
            raise AddressError("may end with the number of a database, and with no other path.")
        if parts.fragment or not all(
            parts.scheme == "rediss" and key.startswith("ssl_") for key, _ in parse_qsl(parts.query)
        ):
            raise AddressError("may have no “#”, and behind a “?” only ssl_… of rediss://.")
        if parts.scheme == "rediss":
            parts = parts._replace(query=_verified(parts.query))
        return cls(parts, int(found[1] or 0))

    @property
    def host(self) -> str:
        return self.parts.hostname or ""

    @property
    def port(self) -> int:
        return self.parts.port or 6379

    @property
    def password(self) -> str:
        return unquote(self.parts.password or "")

    def database(self, number: int) -> str:
        """Return the URL of the database `number` of ours, counted from none."""
        return urlunsplit(self.parts._replace(path=f"/{self.first + number}"))

    def __str__(self) -> str:
        return self.database(0)


@dataclass(frozen=True, slots=True)
class BindAddress:
    """Where a process listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "BindAddress":
        parts, port = _split(f"//{text}", "must be host:port, like 127.0.0.1:9464")
        if port is None or parts.netloc != text or "@" in text:
            raise AddressError("must be host:port, like 127.0.0.1:9464.")
        return cls(_host(parts.hostname or ""), port)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _verified(query: str) -> str:
    """Have the certificate checked, which the queue's library does only if it is told to.

    Raises:
        AddressError: it says how in a word that the libraries do not know.
    """
    said = dict(parse_qsl(query)).get("ssl_cert_reqs")
    if said is None:
        return f"{query}&ssl_cert_reqs=required".lstrip("&")
    if said not in {"required", "optional", "none"}:
        raise AddressError("must have ssl_cert_reqs as required, optional or none.")
    return query


def _split(text: str, must: str) -> tuple[SplitResult, int | None]:
    """Split an address that has a host, and read its port.

    Raises:
        AddressError: with `must` and a hint.
    """
    hint = "; a character that means something in addresses is written as %23 for “#”, and so on."
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise AddressError(must + hint) from None
    if not parts.hostname or not text.isprintable() or " " in text:
        raise AddressError(f"{must}.")
    if port is not None and port not in _PORTS:
        raise AddressError("must have a port from 1 to 65535.")
    return parts, port


def _host(text: str) -> str:
    """Return a host's name as it is sent over the wire."""
    try:
        if ":" in text:
            return IPv6Address(text).compressed
        name = text if text.isascii() else idna.encode(text, uts46=True).decode("ascii")
    except (ValueError, idna.IDNAError):
        raise AddressError("has a host that is no name and no IP address.") from None
    if not _HOST.fullmatch(name):
        raise AddressError("has a host that is no name and no IP address.")
    return name


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
