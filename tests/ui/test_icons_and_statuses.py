import pytest

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Outcome
from controlpanel.ui import icons
from controlpanel.ui.statuses import STATUS_LOOKS
from controlpanel.ui.templatetags.console import badge, browser, draw_icon, initials, status
from vms.core.statuses import LABELS
from vms.models import FluenceAccount


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert draw_icon("server") == '<i class="icon i-server"></i>'
    labelled = draw_icon("server", label="VM")
    assert 'role="img"' in labelled
    assert 'aria-label="VM"' in labelled


def test_an_icon_takes_a_size_and_a_class() -> None:
    assert 'class="icon i-server s20 tick"' in draw_icon("server", size=20, extra="tick")


def test_every_icon_that_is_named_is_in_the_stylesheet() -> None:
    assert icons.STYLESHEET.read_text() == icons.stylesheet(), "run `make icons`"
    assert {"copy", "circle-check", "server", "lock", "pencil"} <= set(icons.icon_names())


def test_what_people_typed_is_escaped() -> None:
    assert "<script>" not in draw_icon("server", label='"><script>')
    assert "<script>" not in badge("<script>")
    assert "<script>" not in status("<script>")


@pytest.mark.parametrize("value", STATUS_LOOKS)
def test_every_status_draws(value: str) -> None:
    assert STATUS_LOOKS[value].words in status(value)


@pytest.mark.parametrize("value", [*Outcome.values, *FluenceAccount.Health.values])
def test_every_outcome_and_health_has_a_look_of_its_own(value: str) -> None:
    assert value in STATUS_LOOKS


@pytest.mark.parametrize(("value", "words"), LABELS.items())
def test_every_status_of_a_vm_is_told_in_its_words(value: str, words: str) -> None:
    assert words in status(value)
    assert value.lower() in STATUS_LOOKS


def test_a_status_is_known_in_any_case_and_shown_as_it_came_if_new() -> None:
    assert "Soft rebooting" in status("softRebooting")
    assert "Hibernating" in status("Hibernating")


def test_a_status_that_moves_has_a_moving_dot() -> None:
    assert "pulse" in status("launching")
    assert "pulse" not in status("launched")


def test_a_person_is_known_by_initials() -> None:
    assert initials(User(name="Ana Maria Lima")) == "AL"
    assert initials(User(name="Ana")) == "A"
    assert initials(User(email="ana@acme.test")) == "a"


def test_a_browser_is_named_as_people_would() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0"
    assert browser(edge) == "Edge on Windows"
    assert browser("curl/8.1") == "A program"
