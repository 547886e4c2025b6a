"""What is asked of many VMs at once: choose on the list, confirm here, follow on the batch."""

from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from controlpanel.teams.access import TeamRequest, team_permission
from vms.batch.beginning import batch_follow, batch_from_form, batch_sent_before, chosen_ids
from vms.models import account_of
from vms.vm.forms.rename import RenameManyForm
from vms.vm.forms.restart import RestartManyForm
from vms.vm.forms.terminate import TerminateManyForm
from vms.vm.selectors.many import ending_of, restarting_of
from vms.vm.selectors.renaming import Renaming, renaming_of
from vms.vm.services import vms_rename, vms_restart, vms_terminate


@team_permission("vm:terminate")
def terminate_many(request: TeamRequest) -> HttpResponse:
    """List what ends, what stays and is paid for; ask for their number, then begin."""
    ending = ending_of(team=request.team, vm_ids=chosen_ids(request, "vm"))
    if sent_before := batch_sent_before(request):
        return batch_follow(request, sent_before)
    if not ending.vms and not ending.left_out:
        return _none_chosen(request)
    account = account_of(request.team)
    deletes = bool(account and account.deletes_rest)
    form = TerminateManyForm(_posted(request), count=len(ending.vms), deletes=deletes)
    if form.is_bound and form.is_valid():
        begin = partial(vms_terminate, vms=ending.vms, deletes_rest=form.deletes_rest)
        batch = batch_from_form(form, begin, request)
        if batch:
            return batch_follow(request, batch)
    return _page(request, "vms/vm/terminate_many.html", form, ending=ending)


@team_permission("vm:restart")
def restart_many(request: TeamRequest) -> HttpResponse:
    """List what is interrupted and what is left out; ask how to restart, then begin."""
    restarting = restarting_of(team=request.team, vm_ids=chosen_ids(request, "vm"))
    if sent_before := batch_sent_before(request):
        return batch_follow(request, sent_before)
    if not restarting.vms and not restarting.left_out:
        return _none_chosen(request)
    form = RestartManyForm(_posted(request), ways=restarting.ways)
    if form.is_bound and form.is_valid():
        batch = batch_from_form(
            form, partial(vms_restart, vms=restarting.vms, way=form.way), request
        )
        if batch:
            return batch_follow(request, batch)
    return _page(request, "vms/vm/restart_many.html", form, restarting=restarting)


@team_permission("vm:rename")
def rename_many(request: TeamRequest) -> HttpResponse:
    """Show each new name beside the old one as the pattern is typed; HTMX gets these alone."""
    form = RenameManyForm(request.GET if "pattern" in request.GET else _posted(request))
    renaming = renaming_of(
        team=request.team, vm_ids=chosen_ids(request, "vm"), pattern=form.naming()
    )
    if sent_before := batch_sent_before(request):
        return batch_follow(request, sent_before)
    if not renaming.rows and not renaming.left_out:
        return _none_chosen(request)
    if request.method == "POST" and form.is_valid() and _may_be_sent(form, renaming):
        batch = batch_from_form(form, partial(vms_rename, names=renaming.names), request)
        if batch:
            return batch_follow(request, batch)
    template = "vms/vm/_new_names.html" if request.htmx else "vms/vm/rename_many.html"
    return _page(request, template, form, renaming=renaming)


def _may_be_sent(form: RenameManyForm, renaming: Renaming) -> bool:
    """Whether the new names can be used, and are the very ones that the person was shown."""
    if not renaming.names:
        form.add_error("pattern", _("No name would change."))
    elif renaming.problems:
        form.add_error(None, _("Some of the new names cannot be used: see below."))
    elif form.cleaned_data["seen"] != renaming.signature:
        words = _("Look at the new names below, then press the button again.")
        form.add_error(None, words)
    return form.is_valid()


def _posted(request: TeamRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _none_chosen(request: TeamRequest) -> HttpResponse:
    messages.info(request, _("Select VMs first."))
    return redirect("vms:list", slug=request.team.slug)


def _page(request: TeamRequest, template: str, form: forms.Form, **context: object) -> HttpResponse:
    # To htmx a form half typed is no error: it shows what comes back.
    status = 422 if form.errors and not request.htmx else 200
    return render(request, template, {"form": form, **context}, status=status)
