from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.permissions import Permission
from vms.core.errors import VMsError
from vms.models import VM, Operation, account_of
from vms.network.selectors import group_names
from vms.operations.outcomes import operation_from_form, operation_tell
from vms.resource.selectors.of_vm import belongings_of, remains_of
from vms.vm import services as vm_services
from vms.vm.forms.rename import RenameForm
from vms.vm.selectors.detail import vm_history
from vms.vm.words import row_words

from .access import vm_or_404


@team_permission("vm:view")
def vm_detail(request: TeamRequest, pk: UUID) -> HttpResponse:
    """One VM; HTMX gets the body alone, and nothing (204) while it is as the tab shows it."""
    vm = vm_or_404(request, pk)
    account = account_of(request.team)
    revision = max(vm.revision, account.resources_revision if account else 0)
    if request.htmx and request.GET.get("revision") == str(revision):
        return HttpResponse(status=204)
    context = {
        "vm": vm,
        "words": row_words(),
        "revision": revision,
        # The VM's slice of the audit log, for those who may read it.
        "entries": vm_history(vm) if request.membership.may(Permission.AUDIT_VIEW) else None,
        "remains": remains_of(vm, account) if vm.is_ended else None,
        "belongings": None if vm.is_ended else belongings_of(vm),
        "groups": group_names(vm.account_id, vm.cluster_id) if vm.interfaces else {},
    }
    return render(request, "vms/vm/_detail.html" if request.htmx else "vms/vm/detail.html", context)


@team_permission("vm:rename")
def vm_rename(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Rename in place: the form takes the name's place, and the name the form's."""
    vm = vm_or_404(request, pk)
    if request.htmx and "cancel" in request.GET:
        return _name(request, vm)
    data = request.POST if request.method == "POST" else None
    form = RenameForm(data, initial={"name": vm.name}, current=vm.name)
    if request.method == "POST" and form.is_valid():
        operation = _rename(request, vm, form)
        if operation:
            return _renamed(request, vm, operation)
    status = 422 if form.errors else 200
    template = "vms/vm/_rename.html" if request.htmx else "vms/vm/rename.html"
    return render(request, template, {"vm": vm, "form": form}, status=status)


@require_POST
@team_permission("vm:create")
def vm_dismiss(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Take a VM that was never made off the list."""
    vm = vm_or_404(request, pk)
    try:
        vm_services.vm_dismiss(vm=vm, actor=request.actor)
    except VMsError as refusal:
        messages.error(request, str(refusal.message))
    return redirect("vms:list", slug=request.team.slug)


def _rename(request: TeamRequest, vm: VM, form: RenameForm) -> Operation | None:
    asked = {field: form.cleaned_data[field] for field in ("name", "form_key", "seen")}
    operation = operation_from_form(
        form, lambda: vm_services.vm_rename(vm=vm, actor=request.actor, **asked)
    )
    if operation is None:
        form.see(vm.name)
    return operation


def _renamed(request: TeamRequest, vm: VM, operation: Operation) -> HttpResponse:
    if not request.htmx:
        words = _("Renamed to %(name)s.") % {"name": operation.request["name"]}
        operation_tell(request, operation, words)
        return redirect("vms:detail", slug=request.team.slug, pk=vm.pk)
    vm.refresh_from_db()
    return _name(request, vm)


def _name(request: TeamRequest, vm: VM) -> HttpResponse:
    """The name alone; on the VM's own page without a link to itself."""
    page = reverse("vms:detail", kwargs={"slug": request.team.slug, "pk": vm.pk})
    plain = request.htmx.current_url_abs_path == page
    template = "vms/vm/_renamed.html" if plain else "vms/vm/_name.html"
    return render(request, template, {"vm": vm, "plain": plain, "words": row_words()})
