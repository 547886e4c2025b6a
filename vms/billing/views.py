from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from controlpanel.teams.access import TeamRequest, team_permission
from vms.models import FluenceAccount, account_of

from .chart import chart_of
from .export import days_csv, spend_csv
from .forms import By, SpendChoice, spend_choice_from
from .selectors.burn import burn_of
from .selectors.groups import groups_all, groups_page
from .selectors.spend import PARTS, days_charged, spend_of
from .words import day_label, part_label, row_words


@team_permission("vm:view")
@require_safe
def spend(request: TeamRequest) -> HttpResponse:
    """What the account was charged in a month of UTC, as a page or as CSV."""
    account = account_of(request.team)
    if account is None:
        return render(request, "vms/billing/spend.html")
    first, today = days_charged(account)
    choice = spend_choice_from(request.GET, first=first, today=today)
    if request.GET.get("format") == "csv":
        return _csv(request, account, choice)
    context = {
        "account": account,
        "choice": choice,
        "ways": By,
        **_figures(request, account, choice),
    }
    return render(request, "vms/billing/spend.html", context)


def _figures(request: TeamRequest, account: FluenceAccount, choice: SpendChoice) -> dict[str, Any]:
    spent = spend_of(account, choice.month, burn_hour=burn_of(request.team).total)
    tones = [PARTS.index(part) + 1 for part, _cost in spent.parts]
    labels = [part_label(part) for part, _cost in spent.parts]
    sums = [total for _part, total in spent.parts]
    return {
        "spend": spent,
        "parts": list(zip(labels, sums, tones, strict=True)),
        "days": [
            (day, day_label(day.day), list(zip(labels, day.parts, strict=True)))
            for day in spent.days
            if day.is_read
        ],
        "words": row_words(),
        "are_things": choice.by in {By.VM, By.THING},
        "chart": chart_of(spent, tones),
        "groups": groups_page(account, choice),
    }


def _csv(request: TeamRequest, account: FluenceAccount, choice: SpendChoice) -> HttpResponse:
    by = "day" if request.GET.get("by") == "day" else choice.by.value
    if by == "day":
        text = days_csv(spend_of(account, choice.month))
    else:
        text = spend_csv(choice, groups_all(account, choice))
    name = f"spend-{request.team.slug}-{choice.month:%Y-%m}-{by}.csv"
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
