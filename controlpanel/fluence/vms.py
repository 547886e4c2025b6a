"""Calls about virtual machines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypedDict, Unpack

from controlpanel.fluence.answers import Glance
from controlpanel.fluence.calls import Group, May, Send, change, read
from controlpanel.fluence.dialects import in_either_dialect
from controlpanel.fluence.errors import MalformedAnswer
from controlpanel.fluence.queries import every_page, query
from controlpanel.fluence.types.base import Page, Unreadable
from controlpanel.fluence.types.networks import NetworkInterface
from controlpanel.fluence.types.vms import VM, ConsoleToken, VMCreate

VMList = list[VM]  # inside the class, `list` is the method


class VMFilters(TypedDict, total=False):
    """What VMs are looked for, and how they are given.

    `name` is a case-insensitive pattern in which `%` and `_` are wildcards. `sort` is createdAt,
    name or status; `order` asc or desc. `expand` names what to give in full: bootDisk, dataDisks,
    publicIp, subnets, sshKeys, networkInterfaces.
    """

    ids: Iterable[str]
    name: str | None
    status: Iterable[str]
    exclude_status: Iterable[str]
    cluster_id: str | None
    public_ip_id: str | None
    sort: str | None
    order: str | None
    expand: Iterable[str]


class VMs(Group[May]):
    """`client.vms`."""

    @read("GET /v2/vms")
    def list(
        self,
        send: Send,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **filters: Unpack[VMFilters],
    ) -> Page[VM]:
        """Return one page of VMs, terminated ones included."""
        return send(query=query(**filters, page=page, per_page=per_page)).page(VM)

    @read("GET /v2/vms")
    def glance(
        self, send: Send, *, ids: Iterable[str], expand: Iterable[str] = (), per_page: int = 100
    ) -> tuple[Glance[VM], ...]:
        """Return VMs by id, each to be read only if it is not as it was."""
        return send(query=query(ids=ids, expand=expand, per_page=per_page)).glances(VM)

    def iterate(self, *, per_page: int = 100, **filters: Unpack[VMFilters]) -> Iterator[VM]:
        """Yield every VM that matches, page by page.

        Oldest first by default: a VM made meanwhile then comes last instead of moving the rest.
        """
        sorted_filters: VMFilters = {"sort": "createdAt", "order": "asc", **filters}
        return every_page(self.list, sorted_filters, per_page)

    def find_by_name(self, name: str) -> VMList:
        """Return all VMs called exactly `name`, also terminated ones, oldest first.

        The API's `name` filter is a pattern without a known escape character. So whatever might
        be one of its signs is asked for as `_` (any character), and the names are compared here.

        Raises MalformedAnswer if the one that is looked for may be there and cannot be read.
        """
        pattern = re.sub(r"[%_\\]", "_", name)
        unreadable: list[Unreadable] = []
        vms = self.leaving_out(unreadable).iterate(name=pattern)
        found = [vm for vm in vms if vm.name == name]
        doubtful = [each for each in unreadable if each.name in ("", name)]
        if doubtful and not found:
            raise MalformedAnswer(
                f"Fluence's answer about a VM could not be read: {doubtful[0].problem}.",
                code="unreadable_answer",
                endpoint="GET /v2/vms",
            )
        return found

    @read("GET /v2/vms/{vm_id}")
    def get(self, send: Send, vm_id: str, expand: Iterable[str] = ()) -> VM:
        """Return one VM. Raises NotFound."""
        return send(vm_id=vm_id, query=query(expand=expand)).one(VM)

    @change("POST /v2/vms")
    def create(self, send: Send, request: VMCreate) -> VM:
        """Rent a VM.

        Raises Unprocessable or NotFound when it cannot be had there, InsufficientBalance, and
        OutcomeUnknown when it may have been made: then `find_by_name` before anything else.
        """
        return send(body=request).one(VM)

    @change("PATCH /v2/vms/{vm_id}")
    def rename(self, send: Send, vm_id: str, name: str) -> VM:
        """Rename a VM; by the guide's `PATCH /v2/vms` where that is the form known."""
        answer = in_either_dialect(
            self._transport.base_url,
            "rename VM",
            openapi=lambda: send(vm_id=vm_id, body={"name": name}),
            guide=lambda: send.to("/v2/vms", body={"id": vm_id, "name": name}),
        )
        return answer.one(VM)

    @change("POST /v2/vms/{vm_id}/terminate")
    def terminate(self, send: Send, vm_id: str) -> VM:
        """End a VM for good; its boot disk stays, and costs."""
        return send(vm_id=vm_id).one(VM)

    @change("POST /v2/vms/{vm_id}/restart")
    def restart(self, send: Send, vm_id: str) -> VM:
        """Stop and start a VM. Raises NotAcceptable."""
        return send(vm_id=vm_id).one(VM)

    @change("POST /v2/vms/{vm_id}/softreboot")
    def soft_reboot(self, send: Send, vm_id: str) -> VM:
        """Ask a VM's system to reboot. Raises NotAcceptable."""
        return send(vm_id=vm_id).one(VM)

    @change("POST /v2/vms/{vm_id}/storages/add")
    def attach_storages(self, send: Send, vm_id: str, storage_ids: Iterable[str]) -> VM:
        """Add data disks to a VM."""
        return send(vm_id=vm_id, body={"dataDisks": [*storage_ids]}).one(VM)

    @change("POST /v2/vms/{vm_id}/storages/remove")
    def detach_storages(self, send: Send, vm_id: str, storage_ids: Iterable[str]) -> VM:
        """Take data disks off a VM; they stay, and cost."""
        return send(vm_id=vm_id, body={"dataDisks": [*storage_ids]}).one(VM)

    @change("POST /v2/vms/{vm_id}/public_ip/add")
    def attach_public_ip(self, send: Send, vm_id: str, public_ip_id: str) -> VM:
        """Give a VM a public IP."""
        return send(vm_id=vm_id, body={"publicIpId": public_ip_id}).one(VM)

    @change("POST /v2/vms/{vm_id}/public_ip/remove")
    def detach_public_ip(self, send: Send, vm_id: str) -> VM:
        """Take a VM's public IP off it; the address stays, and costs."""
        return send(vm_id=vm_id).one(VM)

    @read("GET /v2/vms/{vm_id}/interfaces")
    def interfaces(self, send: Send, vm_id: str) -> tuple[NetworkInterface, ...]:
        """Return a VM's network interfaces."""
        return send(vm_id=vm_id).all(NetworkInterface)

    @change("PATCH /v2/vms/{vm_id}/interfaces/{interface_id}")
    def set_security_group(
        self, send: Send, vm_id: str, interface_id: str, security_group_id: str | None
    ) -> VM:
        """Give an interface a security group, or none."""
        body = {"securityGroupId": security_group_id}
        return send(vm_id=vm_id, interface_id=interface_id, body=body).one(VM)

    @read("POST /v2/vms/{vm_id}/vm-api-access-token")
    def console_token(self, send: Send, vm_id: str) -> ConsoleToken:
        """Return a fresh token for a VM's console.

        It counts as a read: one that is lost on its way opens nothing and expires by itself.
        """
        return send(vm_id=vm_id).one(ConsoleToken)
