"""Calls about SSH keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from controlpanel.fluence.calls import Group, May, Send, change, read
from controlpanel.fluence.queries import every_page, query
from controlpanel.fluence.types.base import Page
from controlpanel.fluence.types.ssh_keys import SSHKey


class SSHKeys(Group[May]):
    """`client.ssh_keys`: the public keys registered in the account."""

    @read("GET /v1/ssh_keys")
    def list(
        self,
        send: Send,
        *,
        ids: Iterable[str] = (),
        page: int | None = None,
        per_page: int | None = None,
    ) -> Page[SSHKey]:
        """Return one page of keys."""
        return send(query=query(ids=ids, page=page, per_page=per_page)).page(SSHKey)

    def iterate(self, *, ids: Iterable[str] = (), per_page: int = 100) -> Iterator[SSHKey]:
        """Yield every key, page by page."""
        return every_page(self.list, {"ids": ids}, per_page)

    @change("POST /v1/ssh_keys")
    def create(self, send: Send, name: str, public_key: str) -> SSHKey:
        """Register an OpenSSH public key (RSA, ECDSA or ED25519)."""
        return send(body={"name": name, "publicKey": public_key}).one(SSHKey)

    @change("DELETE /v1/ssh_keys/{ssh_key_id}")
    def delete(self, send: Send, ssh_key_id: str) -> None:
        """Remove a key; VMs that have it keep it."""
        send(ssh_key_id=ssh_key_id)

    @change("POST /v1/ssh_keys/delete")
    def delete_many(self, send: Send, ssh_key_ids: Iterable[str]) -> tuple[SSHKey, ...]:
        """Remove several keys; VMs that have them keep them."""
        return send(body={"ids": [*ssh_key_ids]}).all(SSHKey)
