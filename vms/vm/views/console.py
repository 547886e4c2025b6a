from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from controlpanel.teams.access import TeamRequest, team_permission
from vms.core.errors import VMsError
from vms.vm.console import console_token

from .access import vm_or_404


@never_cache
@team_permission("vm:console")
def vm_console(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Say what a token opens; make one by POST, and show it this once."""
    vm = vm_or_404(request, pk)
    if request.method != "POST":
        return render(request, "vms/vm/console.html", {"vm": vm})
    try:
        token = console_token(vm=vm, actor=request.actor)
    except VMsError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("vms:detail", slug=request.team.slug, pk=vm.pk)
    shown = {"vm": vm, "token": token, "secret": token.token.get_secret_value()}
    return render(request, "vms/vm/console.html", shown)
