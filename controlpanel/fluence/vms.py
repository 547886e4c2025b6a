"""Calls about virtual machines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from controlpanel.fluence.forms import in_either_form
from controlpanel.fluence.queries import every_item, query, segment
from controlpanel.fluence.transport import Transport
from controlpanel.fluence.types import VM, Page, VMCreate

VMList = list[VM]  # inside the class, `list` is the method


class VMs:
    """`client.vms`. Every call may raise any FluenceError; changes may raise OutcomeUnknown."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        ids: Iterable[str] = (),
        name: str | None = None,
        status: Iterable[str] = (),
        exclude_status: Iterable[str] = (),
        cluster_id: str | None = None,
        public_ip_id: str | None = None,
        sort: str | None = None,
        order: str | None = None,
        expand: Iterable[str] = (),
        page: int | None = None,
        per_page: int | None = None,
    ) -> Page[VM]:
        """Return one page of VMs, terminated ones included. `GET /v2/vms`.

        `name` is a case-insensitive pattern in which `%` and `_` are wildcards. `sort` is
        createdAt, name or status; `order` asc or desc. `expand` names what to give in full:
        bootDisk, dataDisks, publicIp, sshKeys, networkInterfaces.
        """
        filters = query(
            ids=ids,
            name=name,
            status=status,
            excludeStatus=exclude_status,
            clusterId=cluster_id,
            publicIpId=public_ip_id,
            sort=sort,
            order=order,
            expand=expand,
            page=page,
            perPage=per_page,
        )
        return self._transport.get("/v2/vms", filters).page(VM)

    def iterate(
        self,
        *,
        ids: Iterable[str] = (),
        name: str | None = None,
        status: Iterable[str] = (),
        exclude_status: Iterable[str] = (),
        cluster_id: str | None = None,
        public_ip_id: str | None = None,
        sort: str = "createdAt",
        order: str = "asc",
        expand: Iterable[str] = (),
        per_page: int = 100,
    ) -> Iterator[VM]:
        """Yield every VM that matches, page by page. Filters are those of `list`.

        Oldest first by default: a VM made meanwhile then comes last instead of moving the rest.
        """
        ids, status, exclude_status, expand = map(tuple, (ids, status, exclude_status, expand))

        def fetch(number: int | None) -> Page[VM]:
            return self.list(
                ids=ids,
                name=name,
                status=status,
                exclude_status=exclude_status,
                cluster_id=cluster_id,
                public_ip_id=public_ip_id,
                sort=sort,
                order=order,
                expand=expand,
                page=number,
                per_page=per_page,
            )

        return every_item(fetch)

    def find_by_name(self, name: str) -> VMList:
        """Return all VMs called exactly `name`, also terminated ones, oldest first.

        The API's `name` filter is a pattern without a known escape character. So whatever might
        be one of its signs is asked for as `_` (any character), and the names are compared here.
        """
        pattern = re.sub(r"[%_\\]", "_", name)
        return [vm for vm in self.iterate(name=pattern) if vm.name == name]

    def get(self, vm_id: str, expand: Iterable[str] = ()) -> VM:
        """Return one VM. `GET /v2/vms/{vm_id}`. Raises NotFound."""
        return self._transport.get(f"/v2/vms/{segment(vm_id)}", query(expand=expand)).one(VM)

    def create(self, request: VMCreate) -> VM:
        """Rent a VM. `POST /v2/vms`, sent exactly once.

        Raises Unprocessable or NotFound when it cannot be had there, InsufficientBalance, and
        OutcomeUnknown when it may have been made: then `find_by_name` before anything else.
        """
        return self._transport.change("POST", "/v2/vms", request.to_wire()).one(VM)

    def rename(self, vm_id: str, name: str) -> VM:
        """Rename a VM. `PATCH /v2/vms/{vm_id}`, or the guide's `PATCH /v2/vms`."""
        path = f"/v2/vms/{segment(vm_id)}"
        answer = in_either_form(
            self._transport.base_url,
            "rename VM",
            openapi=lambda: self._transport.change("PATCH", path, {"name": name}),
            guide=lambda: self._transport.change("PATCH", "/v2/vms", {"id": vm_id, "name": name}),
        )
        return answer.one(VM)

    def terminate(self, vm_id: str) -> VM:
        """End a VM for good; its boot disk stays, and costs. `POST /v2/vms/{vm_id}/terminate`."""
        return self._act(vm_id, "terminate")

    def restart(self, vm_id: str) -> VM:
        """Stop and start a VM. `POST /v2/vms/{vm_id}/restart`. Raises NotAcceptable."""
        return self._act(vm_id, "restart")

    def soft_reboot(self, vm_id: str) -> VM:
        """Ask a VM's system to reboot. `POST /v2/vms/{vm_id}/softreboot`. Raises NotAcceptable."""
        return self._act(vm_id, "softreboot")

    def _act(self, vm_id: str, action: str) -> VM:
        return self._transport.change("POST", f"/v2/vms/{segment(vm_id)}/{action}").one(VM)
