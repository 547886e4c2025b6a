"""The audit page: filters, pages, what a row says, and what it costs."""

from collections.abc import Callable
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Action, Outcome
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.services import Target, audit_record
from controlpanel.teams.models import Team
from controlpanel.teams.views.audit import PAGE_SIZE
from controlpanel.ui.messages import say
from tests.cast import actor_of

ClientFor = Callable[[User], Client]
PAGE = "/t/acme/audit/"
SWAP = {"HX-Request": "true", "HX-Target": "audit-table"}


@pytest.fixture
def client(auditor: User, client_for: ClientFor) -> Client:
    return client_for(auditor)


def record(team: Team, user: User, name: str = "web-1", **fields: object) -> AuditEntry:
    return audit_record(
        team_id=team.pk,
        actor=actor_of(user, team),
        action=Action.VM_CREATE,
        target=Target("vm", str(uuid4()), name),
        **fields,  # type: ignore[arg-type]
    )


def test_a_row_says_who_did_what_and_how_it_ended(
    team: Team, operator: User, client: Client
) -> None:
    entry = record(
        team,
        operator,
        outcome=Outcome.FAILED,
        changes={"name": ["web-1", "<b>api</b>"]},
        error_code="INSUFFICIENT_BALANCE",
        said=say("text", text="The balance does not cover it."),
    )
    page = client.get(PAGE)
    for words in (
        "Deploy VM",
        f"/t/acme/vms/{entry.target_id}/",
        "Petra",
        "operator",
        "203.0.113.7",
        "&lt;b&gt;api&lt;/b&gt;",
        "INSUFFICIENT_BALANCE",
        "The balance does not cover it.",
        "#1",
    ):
        assertContains(page, words)


def test_the_log_of_another_team_does_not_show(
    other_team: Team, outsider: User, client: Client
) -> None:
    record(other_team, outsider, name="globex-1")
    page = client.get(PAGE)
    assertNotContains(page, "globex-1")
    assertContains(page, "Nothing has happened yet")


def test_filters_narrow_the_table(team: Team, operator: User, admin: User, client: Client) -> None:
    record(team, operator, name="web-1")
    record(team, admin, name="db-1", outcome=Outcome.DENIED)
    assertNotContains(client.get(PAGE, {"person": operator.pk}), "db-1")
    assertNotContains(client.get(PAGE, {"outcome": "denied"}), "web-1")
    assertNotContains(client.get(PAGE, {"target": "WEB"}), "db-1")
    assertContains(client.get(PAGE, {"action": "vm.rename"}), "No entries match")
    assertContains(client.get(PAGE, {"since": "2020-01-01T00:00"}), "web-1")
    assertContains(client.get(PAGE, {"until": "2020-01-01T00:00"}), "No entries match")


def test_times_are_meant_in_the_persons_zone(team: Team, auditor: User, client: Client) -> None:
    entry = record(team, auditor)
    auditor.time_zone = "Pacific/Kiritimati"
    auditor.save()
    local = f"{entry.at.astimezone(ZoneInfo(auditor.time_zone)):%Y-%m-%dT%H:%M}"
    assertContains(client.get(PAGE, {"since": local, "until": local}), "web-1")
    utc = f"{entry.at:%Y-%m-%dT%H:%M}"
    assertContains(client.get(PAGE, {"since": utc, "until": utc}), "No entries match")


@pytest.mark.parametrize("zone", ["Etc/GMT-14", "Etc/GMT+12", "Europe/Berlin"])
@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("0001-01-01T00:00", "9999-12-31T23:59"),
        ("0001-01-01", ""),
        ("", "9999-12-31T23:59"),
        ("2026-03-29T02:30", "2199-12-31T23:59"),
        ("2025-10-26T02:30", "2199-12-31T23:59"),
    ],
)
def test_dates_at_the_edges_of_the_calendar_give_results(
    since: str, until: str, zone: str, team: Team, operator: User, auditor: User, client: Client
) -> None:
    User.objects.filter(pk=auditor.pk).update(time_zone=zone)
    record(team, operator, name="web-1")
    assertContains(client.get(PAGE, {"since": since, "until": until}), "web-1")
    # At such a time nothing had happened yet.
    assertContains(client.get(PAGE, {"until": "0001-01-01T00:00"}), "No entries match")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"since": "yesterday"}, "Give a date and time such as"),
        ({"since": "2026-02-01T00:00", "until": "2026-01-01T00:00"}, "before the time in From"),
        ({"person": "nobody"}, "Select a valid choice"),
    ],
)
def test_a_filter_that_makes_no_sense_is_said_so(
    query: dict[str, str], words: str, team: Team, auditor: User, client: Client
) -> None:
    record(team, auditor)
    page = client.get(PAGE, query)
    assertContains(page, words)
    assertContains(page, "The filter needs your attention")
    swapped = client.get(PAGE, query, headers=SWAP)
    assertContains(swapped, words, status_code=422)
    assert swapped["HX-Retarget"] == "#audit-log"


def test_older_and_newer_keep_the_filters(team: Team, operator: User, client: Client) -> None:
    for _ in range(PAGE_SIZE + 1):
        record(team, operator)
    page = client.get(PAGE, {"target": "web"})
    assertContains(page, "?target=web&amp;page=older-2")
    assertNotContains(page, "Newer")
    older = client.get(PAGE, {"target": "web", "page": "older-2"})
    assertContains(older, 'id="entry-1"')
    assertContains(older, "?target=web&amp;page=newer-1")
    assertNotContains(older, "Older")


def test_htmx_gets_the_table_and_a_clean_address(
    team: Team, operator: User, client: Client
) -> None:
    record(team, operator)
    query = {"target": "web", "person": "", "since": ""}
    answer = client.get(PAGE, query, headers=SWAP)
    assertContains(answer, 'id="entry-1"')
    assertNotContains(answer, "<form")
    assert answer["HX-Push-Url"] == "/t/acme/audit/?target=web"
    assert "HX-Request" in answer["Vary"]


def test_the_number_of_queries_does_not_grow(
    team: Team,
    operator: User,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    record(team, operator)
    client.get(PAGE)
    for expected in (1, 30):
        with django_assert_num_queries(4):  # user, memberships, people, entries
            assertContains(client.get(PAGE), 'id="entry-', count=expected)
        for _ in range(29):
            record(team, operator)


def test_the_details_of_an_entry_have_a_page_and_go_into_its_row(
    team: Team, operator: User, client: Client
) -> None:
    record(team, operator)
    entry = AuditEntry.objects.get(team_id=team.pk, sequence=1)
    page = client.get(f"{PAGE}1/")
    piece = client.get(f"{PAGE}1/", headers={"HX-Request": "true"})
    for answer in (page, piece):
        assertContains(answer, entry.hash)
        assertContains(answer, entry.target_id)
    assertContains(page, "Entry 1")
    assertNotContains(piece, "<html")
    for unknown in (2, 10**30):
        assert client.get(f"{PAGE}{unknown}/").status_code == 404


def test_a_page_of_fifty_entries_is_light(team: Team, operator: User, client: Client) -> None:
    for _ in range(PAGE_SIZE):
        record(team, operator)
    assert len(client.get(PAGE).content) < 60_000
