"""Whoever sees a call to Fluence fail sees its id too, and the log has the call under that id."""

import re
from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.fluence import FluenceError, NotAcceptable, NotFound, Unprocessable
from controlpanel.simulator.accounts import FULL_KEY, REVOKED_KEY
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import CREATE, LAUNCH, TERMINATE, Clock, poll, settle_for
from tests.vms.vm.test_deploy_confirm import sent_by
from tests.vms.vm.test_deploy_page import filled
from vms.core.explain import explain
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount

pytestmark = pytest.mark.usefixtures("catalogue", "key")

LIST = "GET /v2/vms"


@pytest.fixture
def url(team: Team) -> Callable[..., str]:
    return lambda name, **kwargs: reverse(f"vms:{name}", kwargs={"slug": team.slug, **kwargs})


def id_in(html: str) -> str:
    [found] = set(re.findall(r"\(Request (\w+)\)", unescape(html)))
    assert re.fullmatch(r"[0-9a-f]{12}", found)
    return str(found)


def assert_logged(found: str, operation: str, caplog: pytest.LogCaptureFixture) -> None:
    method, path = operation.split(" ")
    lines = [r for r in caplog.records if f"request {found}" in r.getMessage()]
    assert lines
    for line in lines:
        assert line.getMessage().startswith(f"{method} {path.partition('{')[0]}")
        assert line.levelname == "WARNING", "or LOG_LEVEL could hide what people tell of"


def test_beside_the_deploy_form_and_in_the_audit_log(
    client_for: Callable[[User], Client],
    operator: User,
    url: Callable[..., str],
    sim: RunningSimulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sim.faults.add("status", operation=CREATE, status=422, body='{"error": "No room left"}')
    page = client_for(operator).post(url("create"), filled(user_data=""))
    assert page.status_code == 422
    found = id_in(page.content.decode())
    assert_logged(found, CREATE, caplog)
    [request] = sim.requests(CREATE)
    assert request.request_id == found, "Fluence has been told the same id"
    entry = AuditEntry.objects.get(action="vm.create", outcome="failed")
    assert found in entry.message


def test_on_the_row_and_the_page_of_a_vm_whose_outcome_is_unknown(
    client_for: Callable[[User], Client],
    operator: User,
    url: Callable[..., str],
    sim: RunningSimulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sim.faults.add("bad_gateway", operation=CREATE, times=1, effect=True)
    browser = client_for(operator)
    browser.post(url("create"), filled(user_data=""), follow=True)
    vm = VM.objects.get(name="web-1")
    found = id_in(browser.get(url("list")).content.decode())
    assert_logged(found, CREATE, caplog)
    assert found in browser.get(url("detail", pk=vm.pk)).content.decode()


def test_beside_each_vm_of_a_batch(
    client_for: Callable[[User], Client],
    operator: User,
    url: Callable[..., str],
    sim: RunningSimulator,
    clock: Clock,
    account: FluenceAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser = client_for(operator)
    asked = browser.post(url("create"), filled(user_data="", count="2")).content.decode()
    browser.post(url("create"), sent_by(asked, "confirmed"))
    settle_for(clock, LAUNCH)
    poll(account)
    sim.faults.add("status", operation=TERMINATE, times=1, status=406, body='{"error": "Not now"}')
    chosen = {"vm": list(VM.objects.values_list("pk", flat=True)), "form_key": uuid4()}
    page = browser.post(url("terminate-many"), {**chosen, "confirmation": "2"}, follow=True)
    settle_for(clock, 30)
    page = browser.get(page.request["PATH_INFO"])
    assert_logged(id_in(page.content.decode()), TERMINATE, caplog)


def test_in_the_notice_on_every_page_and_on_the_page_of_the_account(
    client_for: Callable[[User], Client],
    viewer: User,
    owner: User,
    url: Callable[..., str],
    sim: RunningSimulator,
    account: FluenceAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sim.faults.add("status", operation=LIST, status=503, body='{"error": "Closed"}')
    account_reconcile(account.pk)
    found = id_in(client_for(viewer).get(url("list")).content.decode())
    assert_logged(found, LIST, caplog)
    assert id_in(client_for(owner).get(url("account")).content.decode()) == found


@pytest.mark.parametrize("key", [FULL_KEY, REVOKED_KEY])
def test_beside_a_key_that_cannot_be_connected(
    client_for: Callable[[User], Client],
    owner: User,
    url: Callable[..., str],
    sim: RunningSimulator,
    key: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if key == FULL_KEY:
        sim.faults.add("maintenance")
    caplog.clear()
    page = client_for(owner).post(url("account"), {"api_key": key})
    assert_logged(id_in(page.content.decode()), "GET /v1/users/me", caplog)


@pytest.mark.parametrize("kind", [Unprocessable, NotFound, NotAcceptable])
def test_long_words_of_fluences_leave_room_for_it(kind: type[FluenceError]) -> None:
    told = str(explain(kind("x" * 500, code="a", request_id="3f2a91b0c4de")))
    assert told.endswith("(Request 3f2a91b0c4de)")
    assert len(told) < 450, "it fits the columns it is kept in, with a sentence after it"
