"""The mail server, as EMAIL_URL names it."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from .env import PanelEnv, SettingError

# What sends nothing to anybody: mails are printed, kept in memory, written to files or dropped.
KEPT_HERE = frozenset({"consolemail", "memorymail", "filemail", "dummymail"})


def mail_server(env: PanelEnv) -> dict[str, Any]:
    """Return Django's settings EMAIL_… for what the environment says; mails are printed by default.

    Raises:
        SettingError: EMAIL_URL names no mail server.
    """
    url = env.text("EMAIL_URL", "consolemail://")
    try:
        parts = urlsplit(url)
        settings: dict[str, Any] = env.email_url_config(url)
    except (ValueError, KeyError, ImproperlyConfigured):
        raise _refused() from None
    # A “#” or “/” in a password would end the host, and what follows be lost.
    if parts.fragment or (parts.scheme.startswith("smtp") and not parts.hostname):
        raise _refused()
    return settings | {"MAILS_ARE_SENT": parts.scheme not in KEPT_HERE}


def _refused() -> SettingError:
    return SettingError(
        "EMAIL_URL must be like smtp+tls://user:password@host:587; a character that means "
        "something in addresses is written as %23 for “#”, %40 for “@”, and so on."
    )
