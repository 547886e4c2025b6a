"""What runs and how long it lasts, together: for every page that shows money of now."""

from typing import NamedTuple

from controlpanel.teams.models import Team
from vms.models import account_of

from .burn import Burn, burn_of
from .runway import Runway, runway_of


class Ledger(NamedTuple):
    """`runway` is None where the balance is not known."""

    burn: Burn
    runway: Runway | None


def ledger_of(team: Team) -> Ledger:
    """Return both for the team's account, without a query while nothing has changed."""
    burn = burn_of(team)
    return Ledger(burn, runway_of(account_of(team), burn))
