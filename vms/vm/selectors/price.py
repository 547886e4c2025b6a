"""What a deployment would cost, for the page that asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from controlpanel.teams.models import Team
from vms.billing.selectors.ledger import ledger_of
from vms.billing.selectors.runway import runway_of
from vms.catalogue.selectors.cost import Cost, Size, Total, cost_live
from vms.catalogue.selectors.offers import offers_in_cluster
from vms.core.names import numbered_names
from vms.models import FluenceAccount, Offer, account_of
from vms.vm.reservation import names_require_free


@dataclass(frozen=True, slots=True)
class Price:
    """What a size costs, of what offer, for VMs of these names."""

    cost: Cost
    offer: Offer
    names: Sequence[str]


def price_live(account: FluenceAccount, size: Size, name: str) -> Price | None:
    """Return the price as Fluence computes it now; None if the place does not sell the size."""
    offers = offers_in_cluster(size.cluster)
    offer = next((o for o in offers if o.configuration_id == size.configuration), None)
    if offer is None:
        return None
    names = numbered_names(name, size.count) if name else []
    return Price(cost_live(account, offer, size), offer, names)


def total_with(team: Team, cost: Cost) -> Total:
    """Return what it costs beside what the team's account burns already."""
    burn = ledger_of(team).burn
    runway = runway_of(account_of(team), burn, more_hour=cost.total)
    return Total(cost=cost, running=burn.total, runway=runway)


def total_to_confirm(
    team: Team, account: FluenceAccount, offer: Offer, size: Size, *, name: str, confirmed: object
) -> Total | None:
    """Return what a deployment costs that is to be asked about first: of several VMs, or dear.

    None if it is not, or if the person has said yes to that very price already.

    Raises:
        NameTaken: names in use are told here: nobody should weigh a price for what cannot be had.
    """
    cost = cost_live(account, offer, size)
    total = total_with(team, cost)
    if confirmed == cost.total or not total.asks_first:
        return None
    names_require_free(account.pk, numbered_names(name, size.count))
    return total
