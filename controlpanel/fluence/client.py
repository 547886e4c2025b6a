"""The client: one object per API key, its calls grouped by what they are about."""

from __future__ import annotations

from types import TracebackType
from typing import Generic, Self, cast

from controlpanel.fluence.account import Account
from controlpanel.fluence.billing import Billing
from controlpanel.fluence.calls import Changes, May
from controlpanel.fluence.catalogue import Catalogue
from controlpanel.fluence.clock import RemoteClock
from controlpanel.fluence.limiter import Limiter, NoLimit
from controlpanel.fluence.prices import Prices
from controlpanel.fluence.public_ips import PublicIps
from controlpanel.fluence.security_groups import SecurityGroups
from controlpanel.fluence.ssh_keys import SSHKeys
from controlpanel.fluence.storages import Storages
from controlpanel.fluence.subnets import Subnets
from controlpanel.fluence.transport import Observer, Transport
from controlpanel.fluence.types.base import Unreadable
from controlpanel.fluence.vms import VMs
from controlpanel.fluence.vpcs import VPCs

DEFAULT_BASE_URL = "https://api.fluence.dev"


class FluenceClient(Generic[May]):
    """Speaks to one Fluence account. May be shared by threads; close it when done.

    Every call may raise any FluenceError. What only reads can be called on any client; changes
    only on one from `for_changes()`, which is held to that by the type checker.

    Timeouts are in seconds: to connect, and to wait for each part of an answer; its body may take
    two of these in all. `retries` is how many more times a read is tried (with `retry_timeouts`
    off, not after a timeout); changes are sent once. Up to `pool_size` connections are kept for
    the next call, and more are opened when more calls run at once. `limiter` says when the key
    must wait, and is shared by whatever else uses the key. `observer` is told of each request,
    and `clock` of Fluence's time with each answer.
    """

    account: Account[May]
    billing: Billing[May]
    catalogue: Catalogue[May]
    prices: Prices[May]
    public_ips: PublicIps[May]
    security_groups: SecurityGroups[May]
    ssh_keys: SSHKeys[May]
    storages: Storages[May]
    subnets: Subnets[May]
    vms: VMs[May]
    vpcs: VPCs[May]

    def __init__(
        self,
        api_key: str,
        base_url: str = DEFAULT_BASE_URL,
        *,
        connect_timeout: float = 3.05,
        read_timeout: float = 10.0,
        retries: int = 3,
        retry_timeouts: bool = True,
        pool_size: int = 10,
        limiter: Limiter | None = None,
        observer: Observer | None = None,
        clock: RemoteClock | None = None,
    ) -> None:
        transport = Transport(
            api_key,
            base_url,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            retries=retries,
            retry_timeouts=retry_timeouts,
            pool_size=pool_size,
            limiter=limiter or NoLimit(),
            observer=observer,
            clock=clock or RemoteClock(),
        )
        self._groups_make(transport)

    def _groups_make(
        self, transport: Transport, unreadable: list[Unreadable] | None = None
    ) -> None:
        self._transport = transport
        self.account = Account(transport, unreadable)
        self.billing = Billing(transport, unreadable)
        self.catalogue = Catalogue(transport, unreadable)
        self.prices = Prices(transport, unreadable)
        self.public_ips = PublicIps(transport, unreadable)
        self.security_groups = SecurityGroups(transport, unreadable)
        self.ssh_keys = SSHKeys(transport, unreadable)
        self.storages = Storages(transport, unreadable)
        self.subnets = Subnets(transport, unreadable)
        self.vms = VMs(transport, unreadable)
        self.vpcs = VPCs(transport, unreadable)

    def leaving_out(self, unreadable: list[Unreadable]) -> FluenceClient[May]:
        """Return this client as one whose lists leave out records that cannot be read.

        Each of these is put into `unreadable`, and its neighbours are read. Whoever calls this
        answers for what is not there: otherwise one such record is a MalformedAnswer of the list.
        """
        client = object.__new__(type(self))
        client._groups_make(self._transport, unreadable)
        return client

    def for_changes(self) -> FluenceClient[Changes]:
        """Return this client as one that may change things.

        Whoever calls this handles OutcomeUnknown: a change that may have happened is looked for
        at Fluence, and never simply sent again.
        """
        return cast("FluenceClient[Changes]", self)

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
