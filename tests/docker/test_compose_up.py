"""The panel for a team, in containers: brought up, used, backed up, restored, upgraded."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from controlpanel.simulator.accounts import FULL_KEY
from tests.browser.driver import PATIENCE, chromium
from tests.browser.pages import deploy, expect_status, go, row

from .composed import Composed, missing

OWNER, PASSWORD = "owner@acme.example", "correct horse battery staple"
pytestmark = [pytest.mark.stack, pytest.mark.docker]


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    if what := missing():
        pytest.skip(what)
    composed = Composed(tmp_path_factory.mktemp("composed"))
    try:
        composed.up()
        yield composed
    finally:
        composed.remove()


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 860})
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def test_a_team_lives_in_it(panel: Composed, page: Page) -> None:
    _owner_begins(panel, page)
    deploy(page, "web-1")
    expect_status(page, "web-1", "Launched", seconds=120)

    backup = panel.compose("exec", "-T", "pages", "python", "manage.py", "backup", "-")
    panel.compose("down", "--volumes", "--timeout", "10")
    panel.compose("up", "--detach", "--wait", "postgres", "valkey")
    restore = ("migrate", "python", "manage.py", "restore", "-")
    panel.compose("run", "--rm", "-T", "--no-deps", *restore, source=backup)
    panel.up()
    assert "hold" in panel.manage("audit", "verify")
    _log_in(page, panel)
    expect(row(page, "web-1")).to_be_visible()

    _change(panel)
    panel.up()
    page.reload()
    expect(page.get_by_text("A newer release")).to_be_visible()
    expect(row(page, "web-1")).to_be_visible()

    said = panel.log()
    assert not [secret for secret in (FULL_KEY, *panel.passwords.values()) if secret in said]


def test_its_processes_may_do_no_more_than_they_need(panel: Composed) -> None:
    environment = panel.compose("exec", "-T", "pages", "env").decode()
    assert panel.passwords["POSTGRES_PASSWORD"] not in environment
    entries = "from django.db import connection as c; c.cursor().execute('{}')"
    for words in ("DELETE FROM audit_auditentry", "DROP TABLE teams_team"):
        with pytest.raises(AssertionError, match=r"permission denied|must be owner"):
            panel.manage("shell", "--command", entries.format(words))
    assert b"NOAUTH" in panel.compose(
        "exec", "-T", "--env", "REDISCLI_AUTH=", "valkey", "valkey-cli", "get", "x"
    )
    with pytest.raises(AssertionError):
        panel.compose("exec", "-T", "pages", "touch", "/app/written")


def _owner_begins(panel: Composed, page: Page) -> None:
    """From the command that makes a team to a connected account, as the README tells it."""
    said = panel.manage("team_create", "Acme Robotics", OWNER)
    page.goto(said.split("Set a password: ")[1].strip())
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.get_by_role("button", name="Save password").click()
    _log_in(page, panel)
    go(page, "account/")
    page.get_by_label("API key").fill(FULL_KEY)
    page.get_by_role("button", name="Check and connect").click()
    expect(page.get_by_text("Connected to")).to_be_visible()


def _log_in(page: Page, panel: Composed) -> None:
    page.goto(panel.url)
    page.get_by_label("Email").fill(OWNER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/vms/")


def _change(panel: Composed) -> None:
    """Make the copy a newer release, which says so on every page."""
    base = panel.folder / "templates" / "base.html"
    base.write_text(
        base.read_text().replace("{% block shell %}", "{% block shell %}A newer release")
    )
