"""Change a disk: POST /v1/storages and its like."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from controlpanel.audit.actions import Action
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, FluenceClient, NewStorage, VMAction
from controlpanel.fluence import Storage as RemoteStorage
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core.errors import NotAllowedNow
from vms.mirror.resource_fields import STORAGES
from vms.models import Operation, Storage
from vms.operations.findings import Absent, Finding, Found
from vms.operations.kind import Question
from vms.operations.wishes import Intent, Wish
from vms.resource.kinds.attach import AttachResource, DetachResource, asked_ids
from vms.resource.kinds.base import ResourceKind, remote_id_of
from vms.resource.kinds.create import CreateResource
from vms.resource.kinds.delete import DeleteResource, unless_gone
from vms.resource.kinds.rename import RenameResource


class StorageKind(ResourceKind):
    mirrored = STORAGES
    target_type = Storage.TARGET_TYPE
    permission = Permission.STORAGE_CHANGE

    def title(self, count: int) -> str:
        words = ngettext("%(verb)s %(count)s disk", "%(verb)s %(count)s disks", count)
        return words % {"verb": self.verb, "count": count}


class CreateStorage(StorageKind, CreateResource):
    """Renting a data disk that no VM has yet."""

    action = Action.STORAGE_CREATE
    permission = Permission.STORAGE_CREATE
    told_by = ("cluster_id", "volume_gb")

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteStorage:
        asked = operation.request
        new = NewStorage(
            name=operation.target_name,
            cluster_id=asked["cluster_id"],
            volume_gb=asked["volume_gb"],
            replicated=asked["replicated"],
        )
        return client.storages.create(new)


class RenameStorage(StorageKind, RenameResource):
    action = Action.STORAGE_RENAME

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteStorage:
        name = operation.request["name"]
        return client.storages.update(remote_id_of(self, operation), name=name)


class GrowStorage(StorageKind):
    """`request["volume_gb"]` is the new size, in GB: larger than it is."""

    action = Action.STORAGE_GROW
    is_repeatable = True
    verb = _("Grow")
    over = _("Grown")
    not_done = "resource_not_grown"

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NotAllowedNow: no disk shrinks."""
        disk: Storage = wish.target
        size = wish.request["volume_gb"]
        if size <= disk.volume_gb:
            raise NotAllowedNow(say("disk_shrinks", name=disk.name, size=disk.volume_gb))
        request = {"volume_gb": size, "remote_id": disk.remote_id}
        operation = self.prepare(disk, question, request=request)
        return Intent(operation, {"volume_gb": [disk.volume_gb, size]})

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteStorage:
        size = operation.request["volume_gb"]
        return client.storages.update(remote_id_of(self, operation), volume_gb=size)

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        disk = client.storages.get(remote_id_of(self, operation))
        return Found(disk) if disk.volume_gb >= operation.request["volume_gb"] else Absent()


class AttachStorage(StorageKind, AttachResource):
    action = Action.STORAGE_ATTACH
    needs = VMAction.ADD_STORAGES

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NotAllowedNow: only a deployment takes a boot disk."""
        if wish.target.is_boot_disk:
            raise NotAllowedNow(say("boot_disk_to_deploy", name=wish.target.name))
        return super().intent(wish, question)

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        vm, disk = asked_ids(operation)
        return client.vms.attach_storages(vm, [disk])


class DetachStorage(StorageKind, DetachResource):
    action = Action.STORAGE_DETACH
    needs = VMAction.REMOVE_STORAGES

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NotAllowedNow: a boot disk stays with its VM."""
        if wish.target.is_boot_disk:
            raise NotAllowedNow(say("boot_disk_stays", name=wish.target.name))
        return super().intent(wish, question)

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        vm, disk = asked_ids(operation)
        return client.vms.detach_storages(vm, [disk])


class DeleteStorage(StorageKind, DeleteResource):
    action = Action.STORAGE_DELETE
    permission = Permission.STORAGE_DELETE

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteStorage | None:
        return unless_gone(lambda: client.storages.delete(remote_id_of(self, operation)))


CREATE_STORAGE = CreateStorage()
RENAME_STORAGE = RenameStorage()
GROW_STORAGE = GrowStorage()
ATTACH_STORAGE = AttachStorage()
DETACH_STORAGE = DetachStorage()
DELETE_STORAGE = DeleteStorage()
STORAGE_KINDS: Sequence[ResourceKind] = (
    CREATE_STORAGE,
    RENAME_STORAGE,
    GROW_STORAGE,
    ATTACH_STORAGE,
    DETACH_STORAGE,
    DELETE_STORAGE,
)
