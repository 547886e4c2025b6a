"""An amount sent as a JSON number is still exact."""

from decimal import Decimal

from controlpanel.fluence import FluenceClient
from controlpanel.simulator.testing import RunningSimulator


def test_a_number_is_read_as_it_is_written(sim: RunningSimulator, client: FluenceClient) -> None:
    body = '[{"balance": 0.1000000000000000055, "usage": "1.10"}]'
    sim.faults.add("status", operation="GET /v2/users/balances", status=200, body=body)
    (entitlement,) = client.account.balances()
    assert entitlement.balance == Decimal("0.1000000000000000055")
    assert entitlement.usage == Decimal("1.10")
