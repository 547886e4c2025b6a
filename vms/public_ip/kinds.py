"""Change an address: POST /v1/public_ips and its like."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from controlpanel.audit.actions import Action
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, Conflict, FluenceClient, NewPublicIp, VMAction
from controlpanel.fluence import PublicIp as RemotePublicIp
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core.errors import NotAllowedNow
from vms.mirror.resource_fields import PUBLIC_IPS
from vms.models import Operation, PublicIp
from vms.operations.kind import Question
from vms.operations.wishes import Intent, Wish
from vms.resource.kinds.attach import AttachResource, DetachResource, asked_ids
from vms.resource.kinds.base import ResourceKind, remote_id_of
from vms.resource.kinds.create import CreateResource
from vms.resource.kinds.delete import DeleteResource, unless_gone
from vms.resource.kinds.rename import RenameResource


class PublicIpKind(ResourceKind):
    mirrored = PUBLIC_IPS
    target_type = PublicIp.TARGET_TYPE
    permission = Permission.PUBLIC_IP_CHANGE

    def title(self, count: int) -> str:
        words = ngettext("%(verb)s %(count)s public IP", "%(verb)s %(count)s public IPs", count)
        return words % {"verb": self.verb, "count": count}


class ReservePublicIp(PublicIpKind, CreateResource):
    """Renting an address that no VM has yet."""

    action = Action.PUBLIC_IP_CREATE
    permission = Permission.PUBLIC_IP_CREATE
    verb = _("Reserve")

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemotePublicIp:
        cluster = operation.request["cluster_id"]
        return client.public_ips.create(NewPublicIp(name=operation.target_name, cluster_id=cluster))


class RenamePublicIp(PublicIpKind, RenameResource):
    action = Action.PUBLIC_IP_RENAME

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemotePublicIp:
        name = operation.request["name"]
        return client.public_ips.rename(remote_id_of(self, operation), name)


class AttachPublicIp(PublicIpKind, AttachResource):
    action = Action.PUBLIC_IP_ATTACH
    needs = VMAction.ADD_PUBLIC_IP

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NotAllowedNow: a VM has one address at most."""
        vm = wish.request["vm"]
        if vm.public_ip:
            raise NotAllowedNow(say("vm_has_address", name=vm.name))
        return super().intent(wish, question)

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        return client.vms.attach_public_ip(*asked_ids(operation))


class DetachPublicIp(PublicIpKind, DetachResource):
    action = Action.PUBLIC_IP_DETACH
    needs = VMAction.REMOVE_PUBLIC_IP

    def check(self, client: FluenceClient, operation: Operation) -> None:
        """The call names the VM alone: it must still be this address that the VM would lose."""
        vm, address = asked_ids(operation)
        if client.vms.get(vm).public_ip != address:
            raise Conflict(f"{operation.target_name} is not the VM's address any more")

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        vm, _address = asked_ids(operation)
        return client.vms.detach_public_ip(vm)


class ReleasePublicIp(PublicIpKind, DeleteResource):
    """Giving an address back: somebody else may be given it."""

    action = Action.PUBLIC_IP_DELETE
    permission = Permission.PUBLIC_IP_DELETE
    verb = _("Release")
    over = _("Released")

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemotePublicIp | None:
        return unless_gone(lambda: client.public_ips.delete(remote_id_of(self, operation)))


RESERVE_PUBLIC_IP = ReservePublicIp()
RENAME_PUBLIC_IP = RenamePublicIp()
ATTACH_PUBLIC_IP = AttachPublicIp()
DETACH_PUBLIC_IP = DetachPublicIp()
RELEASE_PUBLIC_IP = ReleasePublicIp()
PUBLIC_IP_KINDS: Sequence[ResourceKind] = (
    RESERVE_PUBLIC_IP,
    RENAME_PUBLIC_IP,
    ATTACH_PUBLIC_IP,
    DETACH_PUBLIC_IP,
    RELEASE_PUBLIC_IP,
)
