"""Stories of trouble: what a person sees on the pages, and what the log says, under each fault."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from controlpanel.audit.models import AuditEntry
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import CREATE, LAUNCH, TERMINATE, Clock, poll, settle_for
from tests.vms.vm.test_deploy_page import filled
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount

LATER = "later: "
REQUEST = re.compile(r"\(Request [0-9a-f]{12}\)")


@dataclass
class Story:
    """A person at the pages, a Fluence that may be told to fail, and the time that passes."""

    browser: Client
    team: Team
    account: FluenceAccount
    sim: RunningSimulator
    clock: Clock
    seen: list[str] = field(default_factory=list)
    log_began: int = 0

    def url(self, name: str, **kwargs: object) -> str:
        return reverse(f"vms:{name}", kwargs={"slug": self.team.slug, **kwargs})

    def deploys(self, name: str = "web-1") -> None:
        self._posts(self.url("create"), filled(name=name, user_data=""))

    def terminates(self) -> None:
        vm = VM.objects.get(name="web-1")
        self._posts(self.url("terminate", pk=vm.pk), {"confirmation": "web-1"})

    def has_a_running_vm(self) -> None:
        """Deploy a VM and let it launch; the story begins after that."""
        self.deploys()
        self.waits(LAUNCH)
        self.seen.clear()
        self.log_began = AuditEntry.objects.filter(team_id=self.team.pk).count()

    def waits(self, seconds: int) -> None:
        """Let time pass with the workers' rounds, then look at the list again."""
        settle_for(self.clock, seconds)
        poll(self.account)
        self._looks(LATER)

    def compares(self) -> None:
        """Let a worker compare the mirror with the account, then look at the list again."""
        account_reconcile(self.account.pk)
        self._looks(LATER)

    def fault(self, kind: str, **details: Any) -> None:
        self.sim.faults.add(kind, **details)  # type: ignore[arg-type]

    @property
    def log(self) -> list[str]:
        entries = AuditEntry.objects.filter(team_id=self.team.pk).order_by("sequence")
        return [
            _entry(entry)
            for entry in entries[self.log_began :]
            if not entry.action.startswith(("account.connect", "ssh_key."))
        ]

    def _posts(self, url: str, data: dict[str, Any]) -> None:
        page = self.browser.post(url, data, follow=True)
        if asked := re.search(r'name="confirmed" value="([^"]+)"', page.content.decode()):
            page = self.browser.post(url, data | {"confirmed": asked[1]}, follow=True)
        if page.status_code == 422:
            [words] = page.context["form"].non_field_errors()
            assert words in unescape(page.content.decode())
            self._sees(f"beside the form: {words}")
            return
        self._sees(*(str(message) for message in page.context["messages"]))
        self._looks()

    def _looks(self, when: str = "") -> None:
        html = self.browser.get(self.url("list")).content.decode()
        rows = re.findall(r'<tr id="vm-.*?</tr>', html, re.DOTALL)
        self._sees(*([when + _row(row) for row in rows] or [f"{when}no VM in the list."]))

    def _sees(self, *words: str) -> None:
        self.seen += [REQUEST.sub("(Request *id*)", each) for each in words]


def _entry(entry: AuditEntry) -> str:
    detail = entry.error_code or " → ".join(entry.changes.get("status", []))
    return f"`{entry.action}` {entry.outcome}" + (f" ({detail})" if detail else "")


def _row(html: str) -> str:
    """Return name, status and problem as a row of the list shows them."""
    first, second = re.findall(r"<t[hd].*?</t[hd]>", html, re.DOTALL)[:2]
    name, _, problem = first.partition('<span class="sub problem">')
    shown = f"{_text(name)} is “{_text(second)}”"
    return f"{shown}. {_text(problem)}" if problem else f"{shown}."


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


Act = Callable[[Story], None]


def _deploying(kind: str, *, wait: int = 0, **details: Any) -> Act:
    def act(story: Story) -> None:
        story.fault(kind, **details)
        story.deploys()
        if wait:
            story.waits(wait)

    return act


def _unfound(story: Story) -> None:
    story.fault("timeout_before", operation=CREATE, times=1)
    story.deploys()
    story.waits(120)


def _unseen(story: Story) -> None:
    story.fault("late_visibility", operation=CREATE, times=1, seconds=60)
    story.fault("timeout_after", operation=CREATE, times=1)
    story.deploys()
    story.waits(30)
    story.waits(60)


def _refused(story: Story) -> None:
    story.has_a_running_vm()
    body = '{"code": "not_acceptable", "error": "terminate is not allowed while restarting."}'
    story.fault("status", operation=TERMINATE, times=1, status=406, body=body)
    story.terminates()


def _terminating_unheard(story: Story) -> None:
    story.has_a_running_vm()
    story.fault("timeout_after", operation=TERMINATE, times=1)
    story.terminates()
    story.waits(30)


def _strange_status(story: Story) -> None:
    story.has_a_running_vm()
    story.fault("unknown_status")
    story.compares()


def _ended_by_fluence(story: Story) -> None:
    story.has_a_running_vm()
    story.fault("provider_terminates", times=1)
    story.compares()
    story.waits(LAUNCH)


def _broke(story: Story) -> None:
    story.has_a_running_vm()
    story.fault("balance_runs_out")
    story.deploys("web-2")
    story.clock.advance(3600 + LAUNCH)
    story.compares()


STORIES: dict[str, tuple[str, str, Act]] = {
    "maintenance": ("maintenance", "A VM is deployed.", _deploying("maintenance")),
    "latency": ("latency", "A VM is deployed.", _deploying("latency", seconds=0.05)),
    "timeout_before": (
        "timeout_before",
        "A VM is deployed; Fluence never got the request.",
        _unfound,
    ),
    "timeout_after": (
        "timeout_after",
        "A VM is deployed; Fluence made it, and the answer was lost.",
        _deploying("timeout_after", operation=CREATE, times=1, wait=LAUNCH),
    ),
    "timeout_after, terminate": (
        "timeout_after",
        "A VM is terminated; the answer was lost.",
        _terminating_unheard,
    ),
    "status": ("status", "A VM is terminated; Fluence refuses with 406.", _refused),
    "rate_limited": (
        "rate_limited",
        "A VM is deployed; Fluence answers 429, Retry-After 20.",
        _deploying("rate_limited", operation=CREATE, seconds=20, times=1, wait=120),
    ),
    "refused_and_made": (
        "status",
        "A VM is deployed; Fluence answers 400, and made it all the same.",
        _deploying("status", operation=CREATE, status=400, times=1, effect=True, wait=LAUNCH),
    ),
    "server_error": (
        "server_error",
        "A VM is deployed; Fluence answers 500 without having made it.",
        _deploying("server_error", operation=CREATE, times=1, wait=120),
    ),
    "bad_gateway": (
        "bad_gateway",
        "A VM is deployed; a proxy answers 502, and Fluence made it.",
        _deploying("bad_gateway", operation=CREATE, times=1, effect=True, wait=LAUNCH),
    ),
    "truncated": (
        "truncated",
        "A VM is deployed; half of the answer is lost.",
        _deploying("truncated", operation=CREATE, times=1, wait=LAUNCH),
    ),
    "unknown_status": (
        "unknown_status",
        "A VM gets a status that the panel does not know.",
        _strange_status,
    ),
    "unknown_fields": (
        "unknown_fields",
        "A VM is deployed; all answers have fields that the panel does not know.",
        _deploying("unknown_fields", wait=LAUNCH),
    ),
    "late_visibility": (
        "late_visibility",
        "A VM is deployed; the answer is lost, and lists lack the VM for a minute.",
        _unseen,
    ),
    "failed_launch": (
        "failed_launch",
        "A VM is deployed; Fluence fails to launch it.",
        _deploying("failed_launch", operation=CREATE, times=1, wait=LAUNCH),
    ),
    "provider_terminates": (
        "provider_terminates",
        "Fluence terminates a VM that runs.",
        _ended_by_fluence,
    ),
    "balance_runs_out": (
        "balance_runs_out",
        "The money is gone: another VM is deployed, and an hour later the first one ends.",
        _broke,
    ),
}
"""By a name for the row: the fault, what happens, and how it goes."""
