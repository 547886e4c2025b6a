"""The pages of what is asked of many VMs: choose, confirm, follow."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Team
from controlpanel.ui.messages import say
from tests.cast import actor_of
from tests.vms.rows import vm_rows
from vms.models import VM, Batch, Operation
from vms.vm.services import vms_terminate

HTMX = {"HX-Request": "true"}


def page(name: str, **kwargs: object) -> str:
    return reverse(f"vms:{name}", kwargs={"slug": "acme", **kwargs})


def test_selecting_several_shows_a_checkbox_for_each_vm_that_can_be_ended(
    browser: Client, client_for: Callable[[User], Client], viewer: User, vms: list[VM], team: Team
) -> None:
    vm_rows(team, 1, prefix="gone", status="failed")
    html = browser.get(page("list")).content.decode()
    assert 'href="?select=1"' in html
    assert 'name="vm"' not in html
    html = browser.get(page("list"), {"select": "1"}).content.decode()
    assert html.count('form="bulk" name="vm"') == 3
    assert 'id="bulk"' in html
    changes = browser.get(page("changes"), {"select": "1", "since": "0"}).content.decode()
    assert changes.count('form="bulk" name="vm"') == 3
    html = client_for(viewer).get(page("list"), {"select": "1"}).content.decode()
    assert 'name="vm"' not in html
    assert 'id="bulk"' not in html


def test_a_page_to_select_from_is_light(browser: Client, team: Team) -> None:
    vm_rows(team, 60)
    assert len(browser.get(page("list"), {"select": "1"}).content) < 60_000


def test_the_confirmation_says_what_ends_what_is_saved_and_what_is_left_out(
    browser: Client, vms: list[VM], team: Team
) -> None:
    gone = vm_rows(team, 1, prefix="gone", status="terminating")
    html = browser.get(
        page("terminate-many"), {"vm": [str(vm.pk) for vm in [*vms, *gone]]}
    ).content.decode()
    assert "Terminate 3 VMs?" in html
    assert "It saves $21.90/mo" in strip_tags(html)
    assert "What they have is still charged until it is deleted" in html
    assert html.index("Left out") < html.index("gone-0")


@pytest.mark.parametrize("what", ["terminate", "restart", "rename"])
def test_what_has_ended_has_no_price_and_nothing_is_asked_of_it(
    browser: Client, team: Team, what: str
) -> None:
    gone = vm_rows(team, 1, prefix="gone", status="terminated")
    html = browser.get(page(f"{what}-many"), {"vm": str(gone[0].pk)}).content.decode()
    assert f"No VM to {what}" in html
    assert "gone-0" in html
    assert "/mo" not in html


def test_their_number_has_to_be_typed(browser: Client, vms: list[VM]) -> None:
    asked = {"vm": [vm.pk for vm in vms], "form_key": str(uuid4())}
    response = browser.post(page("terminate-many"), asked | {"confirmation": "2"})
    assert response.status_code == 422
    assert "Type 3." in response.content.decode()
    assert not Operation.objects.exists()
    response = browser.post(page("terminate-many"), asked | {"confirmation": "3"})
    batch = Batch.objects.get()
    assert response["Location"] == page("batch", pk=batch.pk)
    assert batch.operations.count() == 3
    # A re-sent form leads to the same batch.
    again = browser.post(page("terminate-many"), asked | {"confirmation": "3"})
    assert again["Location"] == response["Location"]
    assert Batch.objects.count() == 1


@pytest.mark.parametrize("chosen", [[], ["nonsense"], [str(uuid4())]])
def test_with_none_chosen_it_leads_back_to_the_list(browser: Client, chosen: list[str]) -> None:
    assert browser.get(page("terminate-many"), {"vm": chosen})["Location"] == page("list")


def test_the_batch_shows_how_each_vm_stands_and_nothing_while_nothing_changed(
    browser: Client, batch: Batch, team: Team
) -> None:
    html = browser.get(page("batch", pk=batch.pk)).content.decode()
    assert "<h1>Terminate 3 VMs</h1>" in html
    assert html.count("Pending") == 3
    assert "Stop what waits" in html
    team.refresh_from_db()
    url = page("batch", pk=batch.pk)
    assert browser.get(url, {"revision": team.revision}, headers=HTMX).status_code == 204
    assert "<html" not in browser.get(url, {"revision": 0}, headers=HTMX).content.decode()


def test_it_is_stopped_and_resumed_by_buttons(browser: Client, batch: Batch) -> None:
    response = browser.post(page("batch-stop", pk=batch.pk), follow=True)
    html = response.content.decode()
    assert "Stopped before they were sent: 3." in html
    assert ">Resume<" in html
    html = browser.post(page("batch-resume", pk=batch.pk), follow=True).content.decode()
    assert "Asked again." in html
    assert html.count("Pending") == 3
    html = browser.post(page("batch-retry", pk=batch.pk), follow=True).content.decode()
    assert "Nothing is left to do" in html


def test_a_viewer_may_follow_it_but_not_change_it(
    batch: Batch, client_for: Callable[[User], Client], viewer: User
) -> None:
    client = client_for(viewer)
    assert "Stop what waits" not in client.get(page("batch", pk=batch.pk)).content.decode()
    for name in ("batch-stop", "batch-resume", "batch-retry"):
        assert client.post(page(name, pk=batch.pk)).status_code == 403
    assert AuditEntry.objects.filter(action="permission.denied").count() == 3


def test_another_teams_batch_does_not_exist(
    batch: Batch, other_team: Team, client_for: Callable[[User], Client], outsider: User
) -> None:
    url = reverse("vms:batch", kwargs={"slug": other_team.slug, "pk": batch.pk})
    assert client_for(outsider).get(url).status_code == 404


def test_it_needs_as_many_queries_for_many_vms_as_for_few(
    browser: Client, team: Team, operator: User
) -> None:
    def queries(count: int, prefix: str) -> int:
        vms = vm_rows(team, count, prefix=prefix)
        actor = actor_of(operator, team)
        batch = vms_terminate(team=team, actor=actor, vms=vms, form_key=uuid4())
        url = page("batch", pk=batch.pk)
        browser.get(url)
        with CaptureQueriesContext(connection) as captured:
            browser.get(url)
        return len(captured)

    assert queries(2, "few") == queries(100, "many") <= 8


def test_what_only_a_person_can_settle_is_not_counted_as_under_way(
    browser: Client, batch: Batch
) -> None:
    first = batch.operations.order_by("pk")[0]
    message = "Look how long it has been up."
    Operation.objects.filter(pk=first.pk).update(
        state="unknown", needs_attention=True, said=say("text", text=message)
    )
    html = browser.get(page("batch", pk=batch.pk)).content.decode()
    assert "<dt>Need attention</dt><dd>1</dd>" in html
    assert "<dt>Under way</dt><dd>0</dd>" in html
    assert message in html


def test_a_hundred_vms_make_a_light_page(browser: Client, team: Team, operator: User) -> None:
    vms = vm_rows(team, 100, prefix="a-name-of-common-length")
    actor = actor_of(operator, team)
    batch = vms_terminate(team=team, actor=actor, vms=vms, form_key=uuid4())
    message = "The balance of the Fluence account does not cover this. Nothing was changed. Top up."
    Operation.objects.update(state="failed", said=say("text", text=message))
    html = browser.get(page("batch", pk=batch.pk)).content
    assert html.count(b"a-name-of-common-length") >= 100
    assert len(html) < 60_000


def test_wiped_cloud_init_text_is_asked_for_before_a_retry(
    browser: Client, batch: Batch, team: Team
) -> None:
    retry = page("batch-retry", pk=batch.pk)
    assert browser.get(retry)["Location"] == page("batch", pk=batch.pk)
    request = {"has_cloud_init": True}
    batch.operations.update(state="failed", kind="vm.create", request=request)
    Batch.objects.update(kind="vm.create")
    VM.objects.update(status="refused")
    html = browser.get(page("batch", pk=batch.pk)).content.decode()
    assert f'href="{retry}" data-dialog>Retry the failed ones…' in html
    assert "paste it again" in browser.get(retry).content.decode()
    assert browser.post(retry).status_code == 422
    too_long = browser.post(retry, {"user_data": "x" * 17_000})
    assert "Fluence takes at most 16,384" in too_long.content.decode()
    # A mistake is pointed out, and what was typed is kept without coming back.
    mistaken = browser.post(retry, {"user_data": "#cloud-config\nruncmds: [date]"})
    assert "Did you mean runcmd?" in mistaken.content.decode()
    assert "[date]" not in mistaken.content.decode()
    form = mistaken.context["form"]
    kept = {"user_data_kept": "on", "draft": form["draft"].value()}
    anyway = kept | {"cloud_init_anyway": form.anyway}
    html = browser.post(retry, anyway, follow=True).content.decode()
    assert "Asked again." in html
    assert {
        operation.reveal_secret() for operation in Operation.objects.filter(state="pending")
    } == {"#cloud-config\nruncmds: [date]"}
    assert Operation.objects.filter(state="pending").exclude(secret="").count() == 3


def test_a_batch_of_vms_is_over_when_they_are_launched_not_when_fluence_has_taken_them(
    browser: Client, batch: Batch
) -> None:
    """ "Asked 3, launched 1", not "succeeded", while they launch."""
    Batch.objects.update(kind="vm.create")
    batch.operations.update(kind="vm.create", state="succeeded")
    VM.objects.filter(name="vm-0").update(status="new")
    VM.objects.filter(name="vm-1").update(status="launching")
    html = browser.get(page("batch", pk=batch.pk)).content.decode()
    assert "<dt>Asked</dt><dd>3</dd>" in html
    assert "<dt>Launched</dt><dd>1 of 3</dd>" in html
    assert "<dt>Under way</dt><dd>2</dd>" in html
    assert html.count(">Succeeded<") == 1
    assert html.count("></i>Asked<") == 2
    VM.objects.filter(name="vm-0").update(status="failed")
    VM.objects.filter(name="vm-1").update(status="launched")
    html = browser.get(page("batch", pk=batch.pk)).content.decode()
    assert "<dt>Launched</dt><dd>2 of 3</dd>" in html
    assert "<dt>Failed at Fluence</dt><dd>1</dd>" in html


@pytest.mark.parametrize(
    ("kind", "while_it_lasts", "after", "word"),
    [
        ("vm.terminate", "terminating", "terminated", "Terminated"),
        ("vm.restart", "restarting", "launched", "Restarted"),
        ("vm.soft_reboot", "softRebooting", "launched", "Rebooted"),
    ],
)
def test_so_are_those_of_the_other_kinds(
    browser: Client, batch: Batch, kind: str, while_it_lasts: str, after: str, word: str
) -> None:
    Batch.objects.update(kind=kind)
    batch.operations.update(kind=kind, state="succeeded")
    for status, count in ((while_it_lasts, 0), (after, 3)):
        VM.objects.update(status=status)
        html = browser.get(page("batch", pk=batch.pk)).content.decode()
        assert f"<dt>{word}</dt><dd>{count} of 3</dd>" in html


def test_batches_are_found_again(
    browser: Client, batch: Batch, team: Team, other_team: Team, operator: User
) -> None:
    batch.operations.update(state="succeeded")
    VM.objects.filter(name="vm-0").update(status="terminated")
    assert page("batches") in browser.get(page("list")).content.decode()
    html = browser.get(page("batches")).content.decode()
    assert f'<a href="{page("batch", pk=batch.pk)}">Terminate 3 VMs</a>' in html
    assert "Terminated: 1 of 3 · 2 under way" in html
    assert "Petra" in html
    for number in range(20):
        Batch.objects.create(
            team=team, kind="vm.terminate", actor_data=batch.actor_data, form_key=str(number)
        )
    Batch.objects.create(team=other_team, kind="vm.create", actor_data=batch.actor_data)
    assert page("batch", pk=batch.pk) not in browser.get(page("batches")).content.decode()
    older = browser.get(page("batches"), {"page": "2"}).content.decode()
    assert 'rel="prev" href="?page=1"' in older
    assert older.count("cell-main") == 1
    assert page("batch", pk=batch.pk) in older


def test_the_list_of_batches_follows_and_costs_nothing_while_nothing_changed(
    browser: Client, batch: Batch, team: Team
) -> None:
    team.refresh_from_db()
    url = page("batches")
    assert browser.get(url, {"revision": team.revision}, headers=HTMX).status_code == 204
    assert "<html" not in browser.get(url, {"revision": 0}, headers=HTMX).content.decode()
    assert "Terminate 3 VMs" in browser.get(url, {"page": "7"}).content.decode()
    Batch.objects.all().delete()
    assert "No batches yet" in browser.get(url).content.decode()


def test_a_text_that_was_refused_is_there_when_the_form_is_opened_again(
    browser: Client, batch: Batch
) -> None:
    retry = page("batch-retry", pk=batch.pk)
    request = {"has_cloud_init": True}
    batch.operations.update(state="failed", kind="vm.create", request=request)
    Batch.objects.update(kind="vm.create")
    # All of them were seen to meanwhile, so that nothing can be asked for.
    VM.objects.update(status="terminated")
    browser.post(retry, {"user_data": "#cloud-config\n# swordfish"})
    html = browser.get(retry).content.decode()
    assert "is kept for this form: 25 bytes" in html
    assert "swordfish" not in html
