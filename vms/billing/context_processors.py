"""What every page of a team tells of its money: that it runs out."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from controlpanel.teams.models import Team
from vms.models import account_of

from .selectors.ledger import ledger_of


def low_balance(request: HttpRequest) -> dict[str, Any]:
    """Return `low_runway` where the balance was found to run low; worked out as it is shown."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    team: Team = membership.team
    account = account_of(team)
    if account is None or account.low_balance_told is None:
        return {}
    return {"low_runway": SimpleLazyObject(lambda: ledger_of(team).runway)}
