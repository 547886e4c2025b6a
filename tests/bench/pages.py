"""Pages under load, each as a multiple of a yardstick measured in the same run."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from controlpanel.accounts.models import User
from vms.core.months import month_before, month_of

from .data import LARGE, REVISION, SMALL, newest_vm
from .figures import Figure
from .load import Ask
from .server import Web, floor_process, load, web_process

FLOOR_AUTHED, FLOOR_LIST50 = "floor_authed", "floor_list50"
FLOOR = (FLOOR_AUTHED, FLOOR_LIST50)
# A bare view of the panel's own: what it adds to each request by its middleware.
AUTHED = "authed"
HTMX = {"HX-Request": "true"}
ANSWERED = {200, 204, 302}


@dataclass(frozen=True, slots=True)
class Page:
    """An address, and how many of which yardstick it may cost; the yardsticks cost themselves."""

    name: str
    path: str
    yardstick: str
    limit: float | None = 2.0
    htmx: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """The median time in milliseconds with one visitor, and requests/s with eight.

    `slower` and `fewer` compare them to the yardstick's: how many times as bad they are.
    """

    p50_ms: float
    rps_8: float
    slower: float
    fewer: float


def all_pages() -> list[Page]:
    small, large = newest_vm(SMALL), newest_vm(LARGE)
    changes = f"vms/changes/?since={REVISION - 1}"
    return [
        Page(FLOOR_AUTHED, "/authed/", FLOOR_AUTHED, None),
        Page(FLOOR_LIST50, "/list50/", FLOOR_LIST50, None),
        Page(AUTHED, "/bench/authed/", FLOOR_AUTHED, 1.6),
        # Where a login leads, and from there at once to the overview.
        Page("home", "/", FLOOR_LIST50),
        Page("overview_10", f"/t/{SMALL}/", FLOOR_LIST50),
        Page("overview_100k", f"/t/{LARGE}/", FLOOR_LIST50),
        Page("spend_10", f"/t/{SMALL}/spend/", FLOOR_LIST50),
        Page("spend_100k", f"/t/{LARGE}/spend/", FLOOR_LIST50),
        Page("spend_100k_things", f"/t/{LARGE}/spend/?by=thing", FLOOR_LIST50),
        Page("spend_100k_last_month", f"/t/{LARGE}/spend/?month={_last_month()}", FLOOR_LIST50),
        Page("spend_100k_people", f"/t/{LARGE}/spend/?by=person", FLOOR_LIST50),
        Page("vm_list_10", f"/t/{SMALL}/vms/", FLOOR_LIST50),
        Page("vm_list_100k", f"/t/{LARGE}/vms/", FLOOR_LIST50),
        Page("vm_list_100k_older", f"/t/{LARGE}/vms/?cursor={_deep_cursor()}", FLOOR_LIST50),
        Page("vm_list_100k_status", f"/t/{LARGE}/vms/?status=failed", FLOOR_LIST50),
        Page("vm_list_100k_place", f"/t/{LARGE}/vms/?place=cluster-PL", FLOOR_LIST50),
        Page("vm_list_100k_search", f"/t/{LARGE}/vms/?q=web-0", FLOOR_LIST50),
        Page("vm_list_100k_search_rare", f"/t/{LARGE}/vms/?q=000123", FLOOR_LIST50),
        Page("vm_detail_10", f"/t/{SMALL}/vms/{small.pk}/", FLOOR_LIST50),
        Page("vm_detail_100k", f"/t/{LARGE}/vms/{large.pk}/", FLOOR_LIST50),
        Page("audit_1m", f"/t/{LARGE}/audit/", FLOOR_LIST50),
        Page("audit_1m_person", f"/t/{LARGE}/audit/?person=7&action=vm.rename", FLOOR_LIST50),
        Page("disks_100k", f"/t/{LARGE}/disks/", FLOOR_LIST50),
        Page("disks_100k_left_over", f"/t/{LARGE}/disks/?show=left-over", FLOOR_LIST50),
        Page("public_ips_100k", f"/t/{LARGE}/public-ips/", FLOOR_LIST50),
        Page("vm_deploy_form", f"/t/{LARGE}/vms/new/", FLOOR_LIST50, 2.5),
        # What an open tab asks for when one VM has changed: less than a plain list.
        Page("row_changed_10", f"/t/{SMALL}/{changes}", FLOOR_LIST50, 1.0, htmx=True),
        Page("row_changed_100k", f"/t/{LARGE}/{changes}", FLOOR_LIST50, 1.0, htmx=True),
        Page(
            "row_swapped",
            f"/t/{LARGE}/vms/{large.pk}/rename/?cancel=1",
            FLOOR_LIST50,
            1.0,
            htmx=True,
        ),
        Page(
            "nothing_changed", f"/t/{LARGE}/vms/changes/?since={REVISION}", AUTHED, 1.5, htmx=True
        ),
    ]


def page_figures(
    owner: User, *, rounds: int, seconds: float, only: Callable[[str], bool]
) -> Iterator[Figure]:
    """Measure each page beside its yardstick, in rounds; the median of the rounds counts.

    The machine may be busy for a while: so both are asked for in turns, or one after the other.
    """
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    client.force_login(owner)
    pages = {page.name: page for page in all_pages()}
    chosen = [page for page in pages.values() if page.name in FLOOR or only(page.name)]
    costs = {page.name: _cost(client, page) for page in chosen if page.name not in FLOOR}
    loads: dict[str, list[Load]] = defaultdict(list)
    cookie = f"fluence_session={client.cookies['fluence_session'].value}"
    with web_process(cookie) as web, floor_process() as floor:
        for page in chosen * rounds:
            both = [_ask(web, floor, each) for each in (pages[page.yardstick], page)]
            loads[page.name].append(_load(both, seconds))
        memory = {name: web.rss_mb(name) for name in ("pages", "front")}
    for page in chosen:
        queries, size = costs.get(page.name, (None, None))
        slower = median(load.slower for load in loads[page.name])
        fewer = median(load.fewer for load in loads[page.name])
        yield Figure(
            page.name,
            1.0 if page.name == page.yardstick else slower,
            f"x {page.yardstick}",
            page.limit,
            p50_ms=median(load.p50_ms for load in loads[page.name]),
            rps_8=median(load.rps_8 for load in loads[page.name]),
            fewer=None if page.name == page.yardstick else fewer,
            queries=queries,
            html_kb=size and size / 1000,
        )
    yield Figure("pages_memory", memory["pages"], "MB", 120)
    yield Figure("front_memory", memory["front"], "MB", 70)


def _cost(client: Client, page: Page) -> tuple[int, int]:
    """Return the SQL queries and the bytes of a page that has been asked for before."""
    headers = HTMX if page.htmx else {}
    client.get(page.path, headers=headers)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(page.path, headers=headers)
    if response.status_code not in ANSWERED:
        raise RuntimeError(f"{page.path} answers {response.status_code}")
    return len(queries), len(response.content)


def _load(both: list[Ask], seconds: float) -> Load:
    """Ask for the yardstick and the page: by one visitor in turns, by eight one after the other."""
    alone = load(both, connections=1, seconds=2 * seconds)
    crowds = [load([ask], connections=8, seconds=seconds) for ask in both]
    statuses = {status for each in (alone, *crowds) for status in each["statuses"]}
    if statuses - ANSWERED:
        raise RuntimeError(f"{both} answer {statuses - ANSWERED}")
    return Load(
        p50_ms=alone["p50_ms"][1],
        rps_8=crowds[1]["rps"],
        slower=alone["p50_ms"][1] / alone["p50_ms"][0],
        fewer=crowds[0]["rps"] / crowds[1]["rps"],
    )


def _ask(web: Web, floor: Web, page: Page) -> Ask:
    server = floor if page.name in FLOOR else web
    return server.ask(page.path, HTMX if page.htmx else {})


def _last_month() -> str:
    return f"{month_before(month_of(date.today())):%Y-%m}"  # noqa: DTZ011 - some day of the data


def _deep_cursor() -> str:
    """Return a page in the midst of the large team's list."""
    from urllib.parse import quote

    from vms.models import VM

    vm = VM.objects.filter(team__slug=LARGE).order_by("created_at")[500]
    return quote(f">{vm.created_at.isoformat()}_{vm.pk}")
