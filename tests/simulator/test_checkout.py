"""The payment provider's page that the simulator has of its own."""

import requests

from controlpanel.fluence import Changes, FluenceClient, NewTopUp
from controlpanel.simulator.testing import RunningSimulator

FIFTY_USD = NewTopUp(amount_cents=5000)


def begun(client: FluenceClient[Changes]) -> str:
    client.billing.create_top_up(FIFTY_USD)
    pending = client.billing.pending_top_up()
    assert pending
    assert pending.redirect_url
    return pending.redirect_url.get_secret_value()


def test_a_top_up_is_paid_there_once(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    url = begun(client)
    page = requests.get(url, timeout=2)
    assert "50.00 USD" in page.text
    assert client.account.balances()[0].balance == 500
    for _ in range(2):
        assert "resolved" in requests.post(url, data={"end": "pay"}, timeout=2).text
    assert client.account.balances()[0].balance == 550
    assert url.startswith(sim.url)


def test_or_given_up(client: FluenceClient[Changes]) -> None:
    url = begun(client)
    assert "canceled" in requests.post(url, data={"end": "give-up"}, timeout=2).text
    assert client.billing.pending_top_up() is None
    assert client.account.balances()[0].balance == 500


def test_what_is_not_asked_for_changes_nothing(client: FluenceClient[Changes]) -> None:
    url = begun(client)
    requests.post(url, data={"end": "else"}, timeout=2)
    assert client.billing.pending_top_up()
    assert requests.get(f"{url}x", timeout=2).status_code == 404
