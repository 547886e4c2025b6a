"""One reading of an account: each record is judged alone; what cannot be read is not gone."""

from collections.abc import Iterable
from functools import cached_property

from controlpanel import fluence
from vms.core.clients import client_for
from vms.models import FluenceAccount


class Reading:
    """Reads an account's lists with a client that leaves out the records it cannot read."""

    def __init__(self, account: FluenceAccount) -> None:
        self.account = account
        self.unreadable: list[fluence.Unreadable] = []

    @cached_property
    def client(self) -> fluence.FluenceClient:
        """Raises FluenceError: the account's key cannot be read."""
        return client_for(self.account).leaving_out(self.unreadable)

    def of(self, kind: type[object]) -> list[fluence.Unreadable]:
        """Return the records of a kind that could not be read so far."""
        return [each for each in self.unreadable if each.kind == kind.__name__]

    def gone(self, kind: type[object], known: Iterable[str], seen: Iterable[str]) -> list[str]:
        """Return the known ids that a list of this kind, read to its end, does not have.

        A record without an id may be any of them: then none is certainly gone.
        """
        unreadable = {each.id for each in self.of(kind)}
        if "" in unreadable:
            return []
        there = unreadable.union(seen)
        return [each for each in known if each not in there]
