"""SIGTERM: a process finishes what it does within a bound, and what it leaves is taken up."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.stack import Stack, is_running

from .programs import STATES, catalogue_awaited, deploying

pytestmark = pytest.mark.stack
COUNT = 20
# What docker-compose.yml gives the worker (stop_grace_period) and pages.
WORKER_SECONDS, PAGES_SECONDS = 45, 20

PROGRESS = """
from vms.models import Operation
print(Operation.objects.filter(kind="vm.create", state="succeeded").count())
"""
RAISE_REVISION = """
from django.db import transaction
from controlpanel.teams.models import Team
from vms.core.revisions import revision_raise
with transaction.atomic():
    revision_raise(Team.objects.get(slug="acme-robotics").pk)
"""
OUTCOME = """
from collections import Counter
from controlpanel.audit.models import AuditEntry
from vms.core.clients import client_for
from vms.models import VM, FluenceAccount, Operation
account = FluenceAccount.objects.get(team__slug="acme-robotics")
remote = client_for(account).vms.list(per_page=100).items
print(
    len(remote),
    len({vm.id for vm in remote} & set(VM.objects.values_list("remote_id", flat=True))),
    VM.objects.filter(account=account).count(),
    Operation.objects.filter(kind="vm.create", state="succeeded").count(),
    AuditEntry.objects.filter(action="vm.create", outcome="requested").count(),
    AuditEntry.objects.filter(action="vm.create", outcome="succeeded").count(),
)
"""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path, SIMULATOR_CONTROL="on") as running:
        yield running


def ended_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not is_running(pid)


def creates_seen(stack: Stack) -> int:
    seen = requests.get(f"{stack.simulator_url}/_control/requests", timeout=10).json()
    return sum(request["operation"] == "POST /v2/vms" for request in seen)


def test_a_worker_told_to_stop_amid_a_deployment_loses_nothing(stack: Stack) -> None:
    catalogue_awaited(stack)
    # Each create takes a second, so that the worker is stopped in the middle of some.
    fault = {"kind": "latency", "operation": "POST /v2/vms", "seconds": 1.0, "times": COUNT}
    answer = requests.post(f"{stack.simulator_url}/_control/faults", json=fault, timeout=10)
    assert answer.status_code == 200
    stack.shell(deploying(COUNT))
    pid = stack.pid("worker")
    os.kill(pid, signal.SIGTERM)
    assert ended_within(pid, WORKER_SECONDS)
    # Asked of the simulator, which is quick: the worker is being started again already.
    assert 0 < creates_seen(stack) < COUNT, "it was stopped amid the work"

    stack.wait_for(lambda: stack.shell(PROGRESS) == f"{COUNT}\n", 90)
    stack.wait_for(lambda: stack.shell(STATES) == "launched\n" * COUNT)
    assert stack.shell(OUTCOME).split() == [str(COUNT)] * 6
    assert stack.manage("audit", "verify").count("entries hold") == 2
    assert "Traceback" not in stack.log()


def test_a_restart_of_pages_ends_no_stream(stack: Stack) -> None:
    person = logged_in(stack)
    slug = person.get(f"{stack.url}/", timeout=20).url.split("/")[4]
    with person.get(f"{stack.url}/t/{slug}/events/", stream=True, timeout=30) as stream:
        lines = stream.iter_lines()
        assert any(line == b"event: ready" for line in lines)
        pid = stack.pid("pages")
        os.kill(pid, signal.SIGTERM)
        assert ended_within(pid, PAGES_SECONDS)
        stack.wait_for(stack.answers)
        stack.shell(RAISE_REVISION)
        assert any(line == b"event: revision" for line in lines)


def logged_in(stack: Stack) -> requests.Session:
    person = requests.Session()
    page = person.get(f"{stack.url}/account/login/", timeout=20)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    fields = {"login": "owner@demo.example", "password": stack.password}
    fields["csrfmiddlewaretoken"] = token[1]
    answer = person.post(page.url, fields, headers={"Referer": page.url}, timeout=20)
    assert answer.status_code == 200
    return person


def test_pages_told_to_stop_answers_what_it_was_asked(stack: Stack) -> None:
    pid = stack.pid("pages")
    with requests.get(f"{stack.url}/account/login/", stream=True, timeout=20) as answer:
        os.kill(pid, signal.SIGTERM)
        assert answer.content.endswith(b"</html>\n")
    assert ended_within(pid, PAGES_SECONDS)
    stack.wait_for(stack.answers)
