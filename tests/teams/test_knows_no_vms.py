"""What lies below `vms` knows none of its pages: they are registered, or named in the settings.

import-linter holds the imports (pyproject.toml); this holds the names of URLs and relations, which
are only text.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from pytest_django.asserts import assertContains, assertRedirects

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from tests.cast import client_for

BELOW = ["accounts", "audit", "lib", "live", "observability", "teams", "ui"]
OF_VMS = re.compile(r"""["']vms:[a-z-]+["']|/vms/|team__account|\bteam\.account\b""")
# The shell around every page leads everywhere.
SHELL = {"_nav.html", "_health.html"}


def sources() -> list[Path]:
    code, templates = settings.BASE_DIR / "controlpanel", settings.BASE_DIR / "templates"
    modules = [path for name in BELOW for path in (code / name).rglob("*.py")]
    pages = [path for path in templates.rglob("*.html") if templates / "vms" not in path.parents]
    return modules + [page for page in pages if page.name not in SHELL]


def test_no_page_of_vms_is_named_below_it() -> None:
    found = sources()
    assert len(found) > 100
    assert [path.name for path in found if OF_VMS.search(path.read_text())] == []


@pytest.mark.django_db
def test_members_land_where_the_settings_say(team: Team, owner: User) -> None:
    client = client_for(owner)
    with override_settings(TEAM_HOME="teams:members"):
        assertRedirects(client.get("/"), "/t/acme/members/", fetch_redirect_response=False)
        page = client.get("/t/acme/audit/")
    assertContains(page, '<a href="/t/acme/members/" aria-current="true">')
