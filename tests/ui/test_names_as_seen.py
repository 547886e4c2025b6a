"""What people and teams are called can be read; what is typed to confirm is compared as seen."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.forms import SignupForm
from controlpanel.accounts.models import User
from controlpanel.lib.seen import as_seen, is_blank
from controlpanel.teams.models import Team
from controlpanel.ui.fields import CalledField
from vms.models import VM
from vms.vm.forms.terminate import TerminateForm


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Zoe\u0301", "Zo\u00e9"),
        ("  Blue \u00a0 Harbour\t Ltd ", "Blue Harbour Ltd"),
        ("\u0645\u06cc\u200c\u0646\u0627", "\u0645\u06cc\u200c\u0646\u0627"),  # Persian
        (
            "Team \U0001f469\u200d\U0001f680 \u2764\ufe0f",
            "Team \U0001f469\u200d\U0001f680 \u2764\ufe0f",
        ),
        ("\u5f20\u4f1f", "\u5f20\u4f1f"),
    ],
)
def test_a_name_that_can_be_read_is_taken(typed: str, kept: str) -> None:
    assert CalledField().clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Olga\u202egro.live", "U+202E"),
        ("Ol\u200bga", "U+200B"),
        ("Olga\u2066", "U+2066"),
        ("Ol\x07ga", "U+0007"),
        ("Olga\ue000", "U+E000"),
        ("\u3164", "nothing to see"),
        ("\u200d\u200d", "nothing to see"),
        ("\u2800 \u2800", "nothing to see"),
        ("\u0301", "nothing to see"),
        ("\ufe0f", "nothing to see"),
        ("\u00a0", "required"),
    ],
)
def test_one_that_cannot_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(ValidationError, match="|".join([words.replace("+", r"\+")])):
        CalledField().clean(typed)


def test_all_that_look_alike_compare_alike() -> None:
    for typed in ("caf\u00e9 1", "cafe\u0301 1", " caf\u00e9\u00a0 1 ", "caf\u00e9 \u200b1\u2069"):
        assert as_seen(typed) == "caf\u00e9 1"
    assert as_seen("Cafe 1") != as_seen("cafe 1")
    assert is_blank("\u202e")


@pytest.mark.parametrize("page", ["team-create", "teams:settings", "profile"])
def test_so_it_is_for_people_and_for_teams(
    page: str, owner: User, team: Team, client_for: Callable[[User], Client]
) -> None:
    url = reverse(page, kwargs={"slug": team.slug} if page == "teams:settings" else {})
    answer = client_for(owner).post(url, {"name": "Acme\u202egro", "time_zone": ""})
    assert "The character 5 (U+202E) cannot be seen." in answer.content.decode()
    assert not Team.objects.filter(name__contains="\u202e").exists()
    owner.refresh_from_db()
    assert owner.name == "Olga"
    assert isinstance(SignupForm.base_fields["name"], CalledField)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("caf\u00e9-1", "cafe\u0301-1"),
        ("my\u00a0web  server", "my web server"),
        ("web\u200b-1", "web-1"),
        ("web-1", "web-1\u200b"),
    ],
)
def test_what_is_typed_to_confirm_is_compared_as_it_is_seen(name: str, typed: str) -> None:
    assert TerminateForm({"confirmation": typed}, vm=VM(name=name)).is_valid()
    assert not TerminateForm({"confirmation": f"{typed}x"}, vm=VM(name=name)).is_valid()
