"""One thing to do: what its dialog says, and where it leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse

from controlpanel.teams.access import TeamRequest
from vms.models import VM, Attachable


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a dialog says of one thing to do, and where it leads. `done` is said of what is done.

    `back` is the address of the page it is asked from, `list_name` of its noun's list.
    """

    title: str
    button: str
    done: str
    back: str
    list_name: str
    text: list[str] = field(default_factory=list)
    warning: str = ""
    is_danger: bool = False
    # Whether a VM takes it up at its next restart only: its page says so, with the button.
    needs_restart: bool = False
    # What a number is of: "GB".
    suffix: str = ""

    def afterwards(self, slug: str, asked: Mapping[str, object]) -> str:
        """Return the page of the VM that is to be restarted, else where it was asked from."""
        held = [each.vm for each in asked.values() if isinstance(each, Attachable)]
        vm = next((each for each in [*asked.values(), *held] if isinstance(each, VM)), None)
        if vm is None or not self.needs_restart:
            return self.back
        return reverse("vms:detail", kwargs={"slug": slug, "pk": vm.pk})


def act_from(list_name: str, request: TeamRequest, **what: Any) -> Act:
    """Return what is to be done, asked from the noun's list or from a VM's page."""
    return Act(**{"back": _back_to(request, list_name), "list_name": list_name, **what})


def _back_to(request: TeamRequest, list_name: str) -> str:
    """Return the page it was asked from: of a VM, of the disk or address, else the list."""
    slug = request.team.slug
    the_list = reverse(list_name, kwargs={"slug": slug})
    if "one" in request.GET and request.resolver_match:
        return f"{the_list}{request.resolver_match.kwargs['pk']}/"
    try:
        vm = UUID(request.GET.get("vm", ""))
    except ValueError:
        return the_list
    return reverse("vms:detail", kwargs={"slug": slug, "pk": vm})
