import re

import pytest

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Outcome
from controlpanel.ui import icons
from controlpanel.ui.looks import look_of, looks_all
from controlpanel.ui.templatetags.console import badge, browser, draw_icon, initials, status
from vms.core.statuses import STATUSES, label
from vms.models import FluenceAccount, Operation
from vms.models.operation import ASKED, CANCELLED


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
    assert "<script>" not in status("<script>", "vm")


@pytest.mark.parametrize(
    ("of", "value"), [(of, value) for of, looks in looks_all().items() for value in looks]
)
def test_every_status_draws(of: str, value: str) -> None:
    assert str(look_of(of, value).label) in status(value, of)


@pytest.mark.parametrize(
    ("of", "values"),
    [
        ("outcome", Outcome.values),
        ("account", FluenceAccount.Health.values),
        ("operation", [*Operation.State.values, ASKED, CANCELLED]),
        ("vm", list(STATUSES)),
    ],
)
def test_each_has_a_look_of_its_own(of: str, values: list[str]) -> None:
    assert set(values) == set(looks_all()[of])


@pytest.mark.parametrize("value", STATUSES)
def test_every_status_of_a_vm_is_told_in_its_words(value: str) -> None:
    assert label(value) in status(value, "vm")
    assert label(value).lower() != value or value.islower()


def test_every_kind_of_status_that_a_page_names_is_registered() -> None:
    pages = [page.read_text() for page in icons.templates()]
    by_tag = {of for page in pages for of in re.findall(r'\{% status [^%]*of="(\w+)"', page)}
    by_jinja = {of for page in pages for of in re.findall(r'\{\{ status\([^)]*"(\w+)"\)', page)}
    named = by_tag | by_jinja
    assert by_tag
    assert by_jinja
    assert named <= set(looks_all())


def test_a_status_is_shown_as_it_came_if_new() -> None:
    assert "Soft rebooting" in status("softRebooting", "vm")
    assert "Hibernating" in status("Hibernating", "vm")


def test_a_word_of_two_things_looks_as_its_own_does() -> None:
    assert "i-circle-dot" in status("requested", "outcome")
    assert "Outcome" not in status("unknown", "operation")


def test_a_status_that_moves_has_a_moving_dot() -> None:
    assert "pulse" in status("launching", "vm")
    assert "pulse" not in status("launched", "vm")


def test_a_person_is_known_by_initials() -> None:
    assert initials(User(name="Ana Maria Lima")) == "AL"
    assert initials(User(name="Ana")) == "A"
    assert initials(User(email="ana@acme.test")) == "a"


def test_a_browser_is_named_as_people_would() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0"
    assert browser(edge) == "Edge on Windows"
    assert browser("curl/8.1") == "A program"
