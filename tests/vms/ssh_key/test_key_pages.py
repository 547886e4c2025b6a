"""Keys on pages: told apart by type, bits and fingerprint; a private one never comes back."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import ED25519, FINGERPRINT
from tests.vms.key_texts import private_texts, public_line
from tests.vms.vm.test_deploy_page import filled
from vms.mirror.ssh_keys import ssh_keys_write
from vms.models import FluenceAccount, SSHKey

pytestmark = pytest.mark.usefixtures("catalogue")
PAGES = {"vms:ssh-keys": "public_key", "vms:create": "new_key"}


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


@pytest.fixture
def page(team: Team) -> Callable[[str], str]:
    return lambda name: reverse(name, kwargs={"slug": team.slug})


@pytest.fixture
def twins(account: FluenceAccount, fluence: FluenceClient[Changes]) -> list[str]:
    """Two keys of one name, made without the panel; the second line of each is its type."""
    for line in (ED25519, public_line("rsa3072")):
        fluence.ssh_keys.create("laptop", line)
    ssh_keys_write(account.pk, list(fluence.ssh_keys.iterate()))
    return [key.sha256 for key in SSHKey.objects.all()]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("kind", ["openssh", "rsa, base64 alone", "putty, no first line"])
def test_a_private_key_never_comes_back_in_a_page(
    browser: Client, page: Callable[[str], str], sim: RunningSimulator, name: str, kind: str
) -> None:
    text, field = private_texts()[kind], PAGES[name]
    for data in (
        {field: text},
        {field: text, "show": "place"},
        {"name": text, "new_key_name": text},
    ):
        html = unescape(browser.post(page(name), {"name": "web", **data}).content.decode())
        for line in text.splitlines():
            assert len(line) < 20 or line not in html
    assert "This is a private key" in str(
        browser.post(page(name), {field: text}).context["form"].errors[field]
    )
    assert sim.requests("POST /v1/ssh_keys") == []


@pytest.mark.parametrize("name", PAGES)
def test_a_mistaken_public_key_comes_back_to_be_mended(
    browser: Client, page: Callable[[str], str], name: str
) -> None:
    typed = f"no-pty {ED25519}"
    response = browser.post(page(name), {PAGES[name]: typed})
    assert response.context["form"][PAGES[name]].value() == typed
    assert typed in response.content.decode()


@pytest.mark.usefixtures("twins")
@pytest.mark.parametrize("name", PAGES)
def test_two_keys_of_one_name_can_be_told_apart(
    browser: Client, page: Callable[[str], str], twins: list[str], name: str
) -> None:
    html = browser.get(page(name)).content.decode()
    assert FINGERPRINT in twins
    assert len(set(twins)) == 2
    for words in (*twins, "ED25519, 256 bits", "RSA, 3072 bits"):
        assert words in html


def test_a_new_public_key_is_not_called_optional_where_it_is_required(
    browser: Client, page: Callable[[str], str], account: FluenceAccount
) -> None:
    def label() -> str:
        html = browser.get(page("vms:create")).content.decode()
        found = re.search(r'<label[^>]*for="id_new_key">(.*?)</label>', html, re.S)
        assert found
        return found[1]

    assert "optional" not in label()
    response = browser.post(page("vms:create"), filled())
    assert response.context["form"].errors["new_key"]
    SSHKey.objects.create(account=account, remote_id="1", name="laptop", public_key=ED25519)
    assert "optional" in label()
