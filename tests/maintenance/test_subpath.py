"""The panel under https://example.com/console: behind a proxy that keeps the path, or cuts it."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from tests.stack import Stack, free_ports

from .proxy import reverse_proxy

pytestmark = pytest.mark.stack
PREFIX = "/console"
OWNER = "owner@demo.example"


class Person:
    """Follows the links and fills in the forms of pages, as a browser does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.page = self.session.get(url)

    def go(self, url: str) -> None:
        self.page = self.session.get(urljoin(self.page.url, url))

    def send(self, action: str, **fields: str) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page.text)
        assert token, self.page.text
        self.page = self.session.post(
            urljoin(self.page.url, action),
            {"csrfmiddlewaretoken": token[1], **fields},
            headers={"Referer": self.page.url, "Origin": self.url.removesuffix(PREFIX + "/")},
        )

    def addresses(self) -> set[str]:
        """Whatever the page points at."""
        found = re.findall(r'\s(?:href|src|action|hx-get|hx-post)="([^"]+)"', self.page.text)
        return {urljoin(self.page.url, unescape(address)) for address in found}


@pytest.fixture(scope="module", params=["kept", "cut off"])
def panel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A panel whose people come through a proxy; `url` is where they open it."""
    stack = Stack(tmp_path_factory.mktemp("subpath"))
    public, inner = free_ports(1)[0], int(stack.environment["PORT"])
    stack.environment["PUBLIC_URL"] = f"http://localhost:{public}{PREFIX}"
    stack.environment["TRUSTED_PROXY_COUNT"] = "1"
    cut_off = request.param == "cut off"
    with stack, reverse_proxy(port=public, to_port=inner, prefix=PREFIX, cut_off=cut_off):
        stack.url = stack.environment["PUBLIC_URL"]
        yield stack


@pytest.fixture
def owner(panel: Stack) -> Person:
    person = Person(f"{panel.url}/")
    assert urlsplit(person.page.url).path == f"{PREFIX}/account/login/"
    person.send(person.page.url, login=OWNER, password=panel.password)
    assert person.page.status_code == 200
    assert urlsplit(person.page.url).path.startswith(f"{PREFIX}/t/")
    return person


def test_whoever_logs_in_comes_back_to_the_page_they_wanted(panel: Stack) -> None:
    person = Person(f"{panel.url}/t/acme-rockets/members/")
    assert f"next={PREFIX}/t/acme-rockets/members/" in person.page.url.replace("%2F", "/")


def test_every_link_style_and_script_of_a_page_is_there(owner: Person) -> None:
    addresses = {address.partition("#")[0] for address in owner.addresses()}
    inside = {address for address in addresses if address.startswith(owner.url)}
    assert any(f"{PREFIX}/static/" in address for address in inside)
    assert {address for address in addresses - inside if "localhost" in address} == set()
    broken = {address: owner.session.get(address).status_code for address in inside}
    assert {address for address, status in broken.items() if status not in {200, 204, 405}} == set()


def test_live_updates_stream_under_the_path(panel: Stack, owner: Person) -> None:
    inside = f"http://localhost:{panel.environment['PORT']}"
    path = f"{urlsplit(owner.page.url).path.removesuffix('vms/')}events/"
    with owner.session.get(inside + path, stream=True, timeout=10) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        assert next(stream.iter_lines())


def test_cookies_go_to_the_panel_alone(owner: Person) -> None:
    paths = {cookie.name: cookie.path for cookie in owner.session.cookies}
    assert paths == {"fluence_session": PREFIX, "fluence_csrf": PREFIX}


def test_a_form_is_taken_and_an_invitation_leads_back(panel: Stack, owner: Person) -> None:
    slug = urlsplit(owner.page.url).path.split("/")[3]
    owner.go(f"{PREFIX}/t/{slug}/members/")
    owner.send(f"{PREFIX}/t/{slug}/invitations/", email="new@example.com", role="viewer")
    link = re.search(rf"{panel.url}/invitations/[\w-]+/", owner.page.text)
    assert link, owner.page.text
    assert requests.get(link[0], timeout=10).status_code == 200


def test_the_health_checks_answer_inside_and_outside(panel: Stack) -> None:
    port = panel.environment["PORT"]
    for address in (f"http://localhost:{port}/healthz", f"{panel.url}/healthz"):
        assert requests.get(address, timeout=10).status_code == 200


def test_a_command_prints_links_that_work(panel: Stack) -> None:
    printed = panel.manage("team_create", "Brick", "brick@example.com")
    link = re.search(r"http\S+", printed)
    assert link
    assert link[0].startswith(f"{panel.url}/account/password/reset/")
    assert requests.get(link[0], timeout=10).status_code == 200
