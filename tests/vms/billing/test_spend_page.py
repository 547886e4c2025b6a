"""The page of what was spent: a month, its chart, its parts, and the same as CSV."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from tests.vms.rows import account_row, cluster_row, storage_rows, vm_rows
from vms.billing.selectors.spend import spend_of
from vms.models import FluenceAccount

from .charging import charge, charged

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """The time of these tests, which stands in the middle of a month."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def client(client_for: Callable[[User], Client], viewer: User) -> Client:
    return client_for(viewer)


@pytest.fixture
def account(team: Team) -> FluenceAccount:
    """An account with a VM of Petra's and its disk, one from outside, and one that is gone."""
    cluster_row()
    [vm] = vm_rows(team, 1, prefix="web", created_by_name="Petra")
    account = vm.account
    assert account
    storage_rows(account, 1, vm=vm, attached_to=vm.remote_id)
    charged(
        account,
        charge(date(2026, 10, 5), "gone-1", "7.5"),
        charge(date(2026, 10, 19), "web-0", "1.11"),
        charge(date(2026, 10, 25), "web-0", "2"),
        charge(date(2026, 11, 19), "web-0", "1.0000000001"),
        charge(date(2026, 11, 19), "disk-0", "0.25", quantity=Decimal(25), storage_type="NVMe"),
        charge(date(2026, 11, 20), "web-0", "0.5"),
        charge(date(2026, 11, 20), "=cmd", "0.125", cluster_id="Nowhere"),
        read_at=NOW,
    )
    return account


def page(client: Client, team: Team, **query: str) -> str:
    response = client.get(reverse("vms:spend", args=[team.slug]), query)
    assert response.status_code == 200
    return response.content.decode()


def lines(client: Client, team: Team, **query: str) -> list[list[str]]:
    response = client.get(reverse("vms:spend", args=[team.slug]), {"format": "csv", **query})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    return list(csv.reader(io.StringIO(response.content.decode())))


@pytest.mark.usefixtures("account")
def test_it_says_what_the_month_cost_against_the_last(client: Client, team: Team) -> None:
    text = page(client, team)
    for words in (
        *("November 2026", "$1.88", "All of October 2026", "$10.61"),
        *("Days 1 to 19", "$1.25", "$8.61 on the same days of October"),
        *('role="img"', "Charges by day, November 2026", "today, so far"),
    ):
        assert words in text, words
    assert "Forecast" in text
    assert 'href="?month=2026-10"' in text
    assert "2026-12" not in text
    earlier = page(client, team, month="2026-10")
    assert "so far" not in earlier
    assert "2026-09" not in earlier
    assert 'href="?month=2026-11"' in earlier


@pytest.mark.usefixtures("account")
def test_a_vm_counts_with_its_disks_and_keeps_its_name(client: Client, team: Team) -> None:
    [head, *rows] = lines(client, team)
    assert head[-2:] == ["2026-11 USD", "2026-10 USD"]
    web, outside, gone = rows
    assert web == ["web-0", "VM", "", "Vistula (Warsaw, PL)", "Petra", "1", "1.7500000001", "3.11"]
    assert outside == ["'=cmd", "VM", "", "Nowhere", "outside the panel", "0", "0.125", "0"]
    assert (gone[0], gone[4], gone[-2:]) == ("gone-1", "outside the panel", ["0", "7.5"])
    text = page(client, team)
    assert "with 1 disk or address" in text
    assert ">gone-1<" in text


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("by", ["vm", "thing", "kind", "place", "person"])
def test_the_parts_of_each_view_make_up_the_whole(client: Client, team: Team, by: str) -> None:
    rows = lines(client, team, by=by)[1:]
    assert sum(Decimal(row[-2]) for row in rows) == Decimal("1.8750000001")
    assert sum(Decimal(row[-1]) for row in rows) == Decimal("10.61")
    assert 'aria-current="page"' in page(client, team, by=by)


@pytest.mark.usefixtures("account")
def test_each_view_names_its_parts(client: Client, team: Team) -> None:
    named = {
        by: [row[0] for row in lines(client, team, by=by)[1:]]
        for by in ("thing", "kind", "place", "person")
    }
    assert named == {
        "thing": ["web-0", "disk-0", "'=cmd", "gone-1"],
        "kind": ["VMs", "Disks"],
        "place": ["Vistula (Warsaw, PL)", "Nowhere"],
        "person": ["Petra", "outside the panel"],
    }
    disk = lines(client, team, by="thing")[2]
    assert disk[1:6] == ["Disk", "25 GB NVME", "Vistula (Warsaw, PL)", "Petra", "web-0"]


@pytest.mark.usefixtures("account")
def test_the_days_are_there_as_csv_too(client: Client, team: Team) -> None:
    assert "format=csv&amp;by=day" in page(client, team)
    [head, *rows] = lines(client, team, by="day")
    assert head == ["Day", "VMs USD", "Disks USD", "In all USD", "Complete"]
    assert len(rows) == 20
    assert rows[-2:] == [
        ["2026-11-19", "1.0000000001", "0.25", "1.2500000001", "yes"],
        ["2026-11-20", "0.625", "0", "0.625", "so far"],
    ]
    assert len(lines(client, team, by="day", month="2026-10")[1:]) == 31


def test_the_forecast_adds_the_hours_that_have_not_begun(account: FluenceAccount) -> None:
    spend = spend_of(account, NOVEMBER, burn_hour=Decimal("0.5"))
    hours = 11 + 10 * 24
    assert spend.forecast == Decimal("1.8750000001") + hours * Decimal("0.5")
    assert spend_of(account, OCTOBER, burn_hour=Decimal(1)).forecast is None


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    "query",
    [
        {"month": "2026-13"},
        {"month": "0000-01"},
        {"month": "9999-12"},
        {"month": "2026-09"},
        {"month": "x" * 5000},
        {"by": "nothing"},
        {"page": "99"},
        {"page": "-1"},
        {"format": "pdf"},
    ],
)
def test_an_address_that_makes_no_sense_shows_the_present_month(
    client: Client, team: Team, query: dict[str, str]
) -> None:
    assert "All of October 2026" in page(client, team, **query)


def test_what_is_not_there_yet_is_said(client: Client, team: Team) -> None:
    assert "Connect a Fluence account" in page(client, team)
    account = account_row(team)
    assert "What was charged is being read" in page(client, team)
    charged(account, read_at=NOW)
    text = page(client, team)
    assert "Nothing was charged" in text
    assert "<svg" not in text
    FluenceAccount.objects.update(charges_refused=True)
    text = page(client, team)
    assert "billing:get_spending_history" in text
    assert "Nothing was charged" in text


def test_credits_and_great_sums_are_drawn_too(client: Client, team: Team) -> None:
    account = account_row(team)
    charged(
        account,
        charge(date(2026, 11, 1), "web-0", "999999"),
        charge(date(2026, 11, 2), "web-0", "-5"),
        charge(date(2026, 11, 3), "backup", "1", resource_type="BACKUP"),
        read_at=NOW,
    )
    text = page(client, team, by="kind")
    assert "$1,000,000.00" in text
    assert "BACKUP" in text
    assert "-$5.00" in text


@pytest.mark.usefixtures("account")
def test_another_team_sees_none_of_it(
    client_for: Callable[[User], Client], outsider: User, team: Team, other_team: Team
) -> None:
    url = reverse("vms:spend", args=[team.slug])
    assert client_for(outsider).get(url).status_code == 404
    assert client_for(outsider).get(url, {"format": "csv"}).status_code == 404
    account_row(other_team)
    assert "web-0" not in page(client_for(outsider), other_team)


@pytest.mark.parametrize("by", ["vm", "thing", "kind", "place", "person"])
def test_it_takes_few_queries_and_fifty_rows_make_a_page(
    client: Client, team: Team, by: str
) -> None:
    account = account_row(team)
    many = [charge(date(2026, 11, 1), f"vm-{n}", f"{n}", cluster_id=f"c{n}") for n in range(120)]
    charged(account, *many, read_at=NOW)
    page(client, team, by=by)
    with CaptureQueriesContext(connection) as captured:
        text = page(client, team, by=by)
    assert len(captured) <= 8
    if by in {"vm", "thing", "place"}:
        assert ">vm-119<" in text or ">c119<" in text
        assert 'rel="next"' in text
        assert ">vm-0<" not in text
        assert ">c0<" not in text
    assert len(text) < 70_000
