"""Copying Fluence's SSH keys into our rows."""

from collections.abc import Collection
from uuid import UUID

from controlpanel import fluence
from vms.core.fitting import fitting
from vms.models import SSHKey


def ssh_keys_write(account_id: UUID, remotes: Collection[fluence.SSHKey]) -> None:
    """Mirror keys of an account."""
    rows = [
        SSHKey(
            account_id=account_id,
            remote_id=remote.id,
            name=fitting(SSHKey, "name", remote.name),
            public_key=remote.public_key,
            fingerprint=fitting(SSHKey, "fingerprint", remote.fingerprint),
            algorithm=fitting(SSHKey, "algorithm", remote.algorithm),
        )
        for remote in remotes
    ]
    SSHKey.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["account", "remote_id"],
        update_fields=["name", "public_key", "fingerprint", "algorithm"],
    )
