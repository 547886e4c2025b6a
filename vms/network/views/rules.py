"""Editing the rules of a security group: type, look at the difference in words, apply."""

from hashlib import sha256
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.permissions import Permission
from vms.models import SecurityGroup
from vms.network.difference import difference, warnings
from vms.network.forms import ALL_TRAFFIC, MOST_LINES, ONLY, PRESETS, RulesForm
from vms.network.rules import NAMED, is_readable
from vms.network.selectors import group_for_team, group_names, vms_counted, vms_of_group
from vms.network.services import rules_set
from vms.resource.views import ask_by, go, posted

from .acts import act_of

ALL_OUT = "all-out"


@team_permission("vm:view")
def group_rules(request: TeamRequest, pk: UUID) -> HttpResponse:
    """The rules of a group, and for those who may change them, the form."""
    group = group_for_team(team=request.team, pk=pk)
    if group is None:
        raise Http404("No such security group in this team.")
    names = group_names(group.account_id, group.cluster_id)
    may = request.membership.may(Permission.NETWORK_CHANGE) and not group.account.is_read_only
    data = posted(request) if may else None
    data = _with_preset(data)
    form = RulesForm(data, group=group, groups=names)
    readable = form.says_all and is_readable(group.ingress) and is_readable(group.egress)
    context = {
        "group": group,
        "form": form,
        "vms": vms_of_group(group),
        "may_change": may and readable,
        "is_readable": readable,
        "presets": [(key, label) for key, (label, _lines) in PRESETS.items()],
        "remotes": [*NAMED, *(f"group:{name}" for name in names.values())],
    }
    is_sent = data is not None and not {"preset", "show"} & data.keys()
    if is_sent and context["may_change"] and form.is_valid():
        return _apply(request, group, form, context)
    status = 422 if is_sent and form.errors else 200
    return render(request, "vms/network/rules.html", context, status=status)


def _apply(
    request: TeamRequest, group: SecurityGroup, form: RulesForm, context: dict[str, object]
) -> HttpResponse:
    """Show what would change, and change it once the person has seen that very change."""
    count, before = vms_counted(group), form.before
    after = {direction: form.after(direction) for direction in before}
    changes = [
        *difference(before["ingress"], after["ingress"], count, inward=True),
        *difference(before["egress"], after["egress"], count, inward=False),
    ]
    seen = sha256("\n".join(changes).encode()).hexdigest()
    act = act_of(request, title=group.name, button="", done=_("The rules are being applied."))
    if changes and form.cleaned_data["confirmed"] == seen:
        if ask_by(request, act, form, rules_set, group=group):
            return go(request, act.back)
        return render(request, "vms/network/rules.html", context, status=422)
    context |= {
        "changes": changes,
        "seen": seen,
        "warnings": warnings(before["ingress"], after["ingress"]),
        "is_same": not changes,
    }
    return render(request, "vms/network/rules.html", context)


def _with_preset(data: QueryDict | None) -> QueryDict | None:
    """Return what was sent, with the lines of the preset asked for in the first free place."""
    if data is None or "preset" not in data:
        return data
    data, name = data.copy(), str(data["preset"])
    if name == ALL_OUT:
        data["egress_mode"] = ALL_TRAFFIC
        return data
    free = next((n for n in range(MOST_LINES) if not data.get(f"ingress_{n}_remote")), None)
    if free is not None and name in PRESETS:
        data["ingress_mode"] = ONLY
        for number, line in enumerate(PRESETS[name][1], start=free):
            for part in ("protocol", "ports", "remote"):
                data[f"ingress_{number}_{part}"] = getattr(line, part)
    return data
