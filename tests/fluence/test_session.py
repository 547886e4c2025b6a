"""Every method works against the simulator, by requests and answers that keep to the document.

(`tests/contract` compares each exchange with the document, in this test as in all others.)
"""

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.fluence.endpoints import client_endpoints
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.session import whole_session


def test_every_operation_is_carried_out(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    whole_session(client, sim)
    done = {request.operation for request in sim.requests() if 200 <= (request.status or 0) < 300}
    assert done == set(client_endpoints())
