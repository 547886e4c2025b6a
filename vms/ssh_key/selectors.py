"""What pages read of the account's SSH keys."""

from controlpanel.teams.models import Team
from vms.core.public_keys import key_body
from vms.models import FluenceAccount, SSHKey

TARGET_TYPE = "ssh_key"


def ssh_keys_for_account(account: FluenceAccount | None) -> list[SSHKey]:
    return list(SSHKey.objects.filter(account=account)) if account else []


def ssh_key_known(*, team: Team, public_key: str) -> SSHKey | None:
    """Return the account's key with the same key material, if it is registered already."""
    wanted = key_body(public_key)
    keys = SSHKey.objects.filter(account__team=team)
    return next((key for key in keys if key_body(key.public_key) == wanted), None)


def ssh_key_for_team(*, team: Team, pk: int) -> SSHKey | None:
    return SSHKey.objects.filter(account__team=team, pk=pk).first()
