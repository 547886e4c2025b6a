"""Nothing that was typed is lost, and cloud-init text never comes back in a page."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from cryptography.fernet import Fernet
from django.test import Client, override_settings
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import CREATE, Clock, entry_of
from tests.vms.key_texts import private_texts
from vms.models import VM, Draft, Operation
from vms.operations.drafts import KEPT_FOR, MOST_PER_PERSON
from vms.tasks import drafts_expire

from .test_deploy_confirm import sent_by
from .test_deploy_page import CLOUD_INIT, filled, sent_back

pytestmark = pytest.mark.usefixtures("catalogue", "key")
KEY = str(UUID(int=10))
OTHER = "#cloud-config\npackages: [htop]\n"


@pytest.fixture
def back(url: str) -> str:
    """The address that a page has once something was typed into it."""
    return f"{url}?draft={KEY}"


@pytest.fixture
def save(browser: Client, team: Team) -> Callable[..., None]:
    """Do what a page does by itself while somebody types."""
    address = reverse("vms:create-draft", kwargs={"slug": team.slug})

    def post(**changes: object) -> None:
        assert browser.post(address, filled(**{"draft": KEY} | changes)).status_code == 204

    return post


def deployed_bytes(team: Team) -> int:
    """How long the cloud-init text was that was sent, as the log has it."""
    changes = entry_of(team, "vm.create", "requested").changes
    return int(changes["cloud_init"][1].split()[0]) if "cloud_init" in changes else 0


def test_who_comes_back_finds_what_was_typed(
    browser: Client, back: str, team: Team, save: Callable[..., None]
) -> None:
    save(name="mine-1")
    response = browser.get(back)
    html = response.content.decode()
    for kept in ('value="77"', 'value="mine-1"', "What you typed", "for this form: 29 bytes"):
        assert kept in html
    assert "runcmd" not in html
    assert "no-store" in response["Cache-Control"], "so that Back asks again"
    form = response.context["form"]
    assert browser.post(back, filled(name="mine-1") | sent_back(form)).status_code == 302
    assert deployed_bytes(team) == len(CLOUD_INIT)
    assert "What you typed" not in browser.get(back).content.decode()


def test_another_such_page_offers_it_and_is_empty(
    browser: Client, url: str, back: str, save: Callable[..., None]
) -> None:
    assert "Go on with it" not in browser.get(url).content.decode()
    save(name="mine-1")
    html = browser.get(url).content.decode()
    assert f'href="{back}">Go on with it' in html
    assert "mine-1" not in html
    for nonsense in ("x", str(uuid4())):
        assert browser.get(url, {"draft": nonsense}).status_code == 200


def test_a_new_login_finds_it_too(
    browser: Client, back: str, save: Callable[..., None], operator: User
) -> None:
    save(name="mine-1")
    browser.logout()
    assert browser.get(back).status_code == 302
    browser.force_login(operator)
    assert 'value="mine-1"' in browser.get(back).content.decode()


def test_it_is_nobody_elses(
    url: str,
    back: str,
    save: Callable[..., None],
    client_for: Callable[[User], Client],
    admin: User,
) -> None:
    save(name="mine-1")
    other = client_for(admin)
    for address in (url, back):
        html = other.get(address).content.decode()
        assert "mine-1" not in html
        assert "Go on with it" not in html
    response = other.post(url, filled(name="-", user_data="", draft=KEY))
    assert response.context["form"].kept_bytes == 0


def test_what_is_kept_is_encrypted_and_private_keys_are_not_kept(
    browser: Client, save: Callable[..., None], back: str
) -> None:
    save(new_key=private_texts()["openssh"], new_key_name="laptop")
    content = Draft.objects.get().content
    assert "runcmd" not in content
    form = browser.get(back).context["form"]
    assert form.initial["new_key_name"] == "laptop"
    assert "new_key" not in form.initial


def test_another_text_takes_its_place_and_a_box_leaves_it_out(
    browser: Client, url: str, team: Team
) -> None:
    first = browser.post(url, filled(name="-"))
    kept = sent_back(first.context["form"])
    second = browser.post(url, filled(name="-") | kept | {"user_data": OTHER})
    assert "form: 31 bytes" in second.content.decode()
    third = browser.post(url, filled(name="-") | kept | {"user_data_forget": "on"})
    assert "is kept" not in third.content.decode()
    assert browser.post(url, filled() | kept | {"user_data_kept": ""}).status_code == 302
    assert deployed_bytes(team) == 0


def test_two_forms_of_one_person_do_not_mix(browser: Client, url: str, team: Team) -> None:
    one, other = str(uuid4()), str(uuid4())
    browser.post(url, filled(name="-", draft=one))
    browser.post(url, filled(name="-", draft=other, user_data=OTHER))
    browser.post(url, filled(user_data="", user_data_kept="on", draft=one))
    assert deployed_bytes(team) == len(CLOUD_INIT)


def test_a_text_that_is_not_kept_any_more_is_asked_for_and_never_left_out_in_silence(
    browser: Client, url: str
) -> None:
    kept = sent_back(browser.post(url, filled(name="-")).context["form"])
    Draft.objects.all().delete()
    response = browser.post(url, filled() | kept)
    assert "Paste it again." in str(response.context["form"].errors["user_data"])
    assert not VM.objects.exists()
    browser.post(url, filled(name="-") | kept | {"user_data": CLOUD_INIT})
    with override_settings(ENCRYPTION_KEYS=[Fernet.generate_key().decode()]):
        assert browser.post(url, filled(name="-") | kept).context["form"].errors["user_data"]
        assert browser.get(url).status_code == 200


def test_to_begin_afresh_forgets_it(
    browser: Client, url: str, back: str, save: Callable[..., None]
) -> None:
    save(name="mine-1")
    html = browser.get(back).content.decode()
    assert browser.post(back, sent_by(html, "show")).url == url  # type: ignore[attr-defined]
    assert "mine-1" not in browser.get(back).content.decode()
    assert not Draft.objects.exclude(content="").exists()


def test_what_a_slow_browser_sends_after_it_was_done_does_not_bring_it_back(
    browser: Client, url: str, back: str, save: Callable[..., None]
) -> None:
    browser.post(url, filled(draft=KEY))
    save()
    assert "What you typed" not in browser.get(back).content.decode()


def test_after_a_refusal_of_fluence_it_can_be_sent_again_by_who_comes_back_later(
    browser: Client, url: str, back: str, sim: RunningSimulator
) -> None:
    sim.faults.add("status", operation=CREATE, status=402, times=1)
    assert browser.post(url, filled(draft=KEY)).status_code == 422
    form = browser.get(back).context["form"]
    again = filled(form_key=form["form_key"].value()) | sent_back(form)
    assert browser.post(url, again).status_code == 302
    assert VM.objects.filter(hidden_at=None).count() == 1


def test_it_is_bounded_in_time_number_and_size(
    browser: Client, back: str, save: Callable[..., None], clock: Clock
) -> None:
    for number in range(MOST_PER_PERSON + 2):
        save(draft=str(UUID(int=number)))
    assert Draft.objects.count() == MOST_PER_PERSON
    save(name="huge", user_data="x" * 100_001)
    assert 'value="huge"' not in browser.get(back).content.decode()
    clock.advance((KEPT_FOR + timedelta(seconds=1)).total_seconds())
    assert "What you typed" not in browser.get(back).content.decode()
    drafts_expire()
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("runcmd: [date]", "Begin with #cloud-config"),
        ("#cloud-config\nruncmd: [date", "this is not YAML"),
        ("#cloud-config\nruncmds: [date]", "Line 2: cloud-init does not know runcmds."),
    ],
)
def test_what_cloud_init_would_not_take_is_pointed_out_before_and_deployed_anyway(
    browser: Client, url: str, text: str, words: str
) -> None:
    response = browser.post(url, filled(user_data=text, count="2"))
    assert response.status_code == 422
    html = response.content.decode()
    assert words in str(response.context["form"].errors["user_data"])
    assert "[date" not in html
    assert not VM.objects.exists()
    button = re.search(r'name="cloud_init_anyway" value="([0-9a-f]+)"', html)
    assert button
    yes = {"cloud_init_anyway": button[1], "count": "2"} | sent_back(response.context["form"])
    # It was said to this text and to no other.
    assert browser.post(url, filled() | yes | {"user_data": f"{text}#"}).status_code == 422
    page = browser.post(url, filled() | yes | {"user_data": text}).content.decode()
    assert browser.post(url, sent_by(page, "confirmed")).status_code == 302
    assert {each.reveal_secret() for each in Operation.objects.filter(kind="vm.create")} == {text}


def test_the_mark_and_blank_lines_before_the_header_are_not_sent(
    browser: Client, url: str, team: Team
) -> None:
    assert browser.post(url, filled(user_data="\ufeff\r\n" + CLOUD_INIT)).status_code == 302
    assert deployed_bytes(team) == len(CLOUD_INIT)
