"""What tests do inside a running panel, as text for `Stack.shell`."""

from tests.stack import Stack

CATALOGUE_READ = """
from vms.models import Image
print(Image.objects.exists())
"""
STATES = """
from vms.models import VM
print(*VM.objects.values_list("status", flat=True), sep="\\n")
"""


def catalogue_awaited(stack: Stack) -> None:
    """Wait until there is something to deploy."""
    stack.wait_for(lambda: stack.shell(CATALOGUE_READ) == "True\n")


def deploying(count: int, name: str = "web") -> str:
    """Deploy VMs as a person would who fills in the form, and let the worker do it."""
    return f"""
from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.fluence.renting import ED25519
from tests.vms.deploying import deploy_many
from vms.models import SSHKey
from vms.ssh_key.services import ssh_key_create
owner = User.objects.get(email="owner@demo.example")
team = Team.objects.get(memberships__user=owner)
actor = actor_of(owner, team)
ssh_key_create(team=team, actor=actor, name="laptop", public_key=ED25519)
key = SSHKey.objects.get(account=team.account)
deploy_many(team, actor, {name!r}, count={count}, ssh_keys=[key])
"""
