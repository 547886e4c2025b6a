"""Calls about SSH keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from controlpanel.fluence.queries import every_item, query, segment
from controlpanel.fluence.transport import Transport
from controlpanel.fluence.types import Page, SSHKey


class SSHKeys:
    """`client.ssh_keys`: the public keys registered in the account."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self, *, ids: Iterable[str] = (), page: int | None = None, per_page: int | None = None
    ) -> Page[SSHKey]:
        """Return one page of keys. `GET /v1/ssh_keys`."""
        filters = query(ids=ids, page=page, perPage=per_page)
        return self._transport.get("/v1/ssh_keys", filters).page(SSHKey)

    def iterate(self, *, ids: Iterable[str] = (), per_page: int = 100) -> Iterator[SSHKey]:
        """Yield every key, page by page."""
        wanted = tuple(ids)
        return every_item(lambda number: self.list(ids=wanted, page=number, per_page=per_page))

    def create(self, name: str, public_key: str) -> SSHKey:
        """Register an OpenSSH public key (RSA, ECDSA or ED25519). `POST /v1/ssh_keys`."""
        body = {"name": name, "publicKey": public_key}
        return self._transport.change("POST", "/v1/ssh_keys", body).one(SSHKey)

    def delete(self, ssh_key_id: str) -> None:
        """Remove a key; VMs that have it keep it. `DELETE /v1/ssh_keys/{ssh_key_id}`."""
        self._transport.change("DELETE", f"/v1/ssh_keys/{segment(ssh_key_id)}")
