"""The public keys registered in an account."""

from __future__ import annotations

from controlpanel.fluence.types.base import Answer, Id


class SSHKey(Answer):
    """A named public key. `GET /v1/ssh_keys`."""

    id: Id
    name: str
    public_key: str
    algorithm: str = ""
    fingerprint: str = ""
    user_id: str = ""
