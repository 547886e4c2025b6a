"""The client: one object per API key, its calls grouped by what they are about."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from controlpanel.fluence.account import Account
from controlpanel.fluence.catalogue import Catalogue
from controlpanel.fluence.prices import Prices
from controlpanel.fluence.ssh_keys import SSHKeys
from controlpanel.fluence.transport import Transport
from controlpanel.fluence.vms import VMs

DEFAULT_BASE_URL = "https://api.fluence.dev"


class FluenceClient:
    """Speaks to one Fluence account. May be shared by threads; close it when done.

    Timeouts are in seconds: to connect, and to wait for each part of an answer. `retries` is how
    many more times a read is tried; changes are sent once. Up to `pool_size` connections are kept
    for the next call, and more are opened when more calls run at once.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str = DEFAULT_BASE_URL,
        *,
        connect_timeout: float = 3.05,
        read_timeout: float = 10.0,
        retries: int = 3,
        pool_size: int = 10,
    ) -> None:
        self._transport = Transport(
            api_key,
            base_url,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            retries=retries,
            pool_size=pool_size,
        )
        self.account = Account(self._transport)
        self.catalogue = Catalogue(self._transport)
        self.prices = Prices(self._transport)
        self.ssh_keys = SSHKeys(self._transport)
        self.vms = VMs(self._transport)

    @property
    def base_url(self) -> str:
        return self._transport.base_url

    def close(self) -> None:
        """Close the kept connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"FluenceClient(api_key='***', base_url={self.base_url!r})"
