"""The image that the deploy form begins with."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from tests.vms.deploying import deploy
from vms.catalogue.selectors.images import default_image
from vms.models import Image

OFFERED = [
    Image(distribution=distribution, name=name)
    for distribution, name in (
        ("AlmaLinux", "9 x64"),
        ("Debian", "9 x64"),
        ("Debian", "12 x64"),
        ("Fedora", "41 x64"),
        ("Ubuntu", "22.04 (LTS) x64"),
        ("Ubuntu", "24.04 (LTS) with Docker"),
        ("Ubuntu", "24.04 (LTS) x64"),
        ("Ubuntu", "24.10 x64"),
    )
]


@pytest.mark.parametrize(
    ("used_last", "begins_with"),
    [
        ("", "Ubuntu 24.04 (LTS) x64"),
        ("Debian 9 x64", "Debian 12 x64"),
        ("Ubuntu 22.04 (LTS) x64", "Ubuntu 24.04 (LTS) x64"),
        ("Ubuntu 24.10 x64", "Ubuntu 24.04 (LTS) x64"),
        ("Fedora 41 x64", "Ubuntu 24.04 (LTS) x64"),
        ("Slackware 1 x64", "Ubuntu 24.04 (LTS) x64"),
    ],
)
def test_it_is_the_newest_long_term_release_of_what_was_used_last_else_ubuntus(
    used_last: str, begins_with: str
) -> None:
    assert str(default_image(OFFERED, used_last)) == begins_with


def test_without_ubuntu_it_is_the_first_and_without_any_none() -> None:
    assert default_image(OFFERED[3:4], "") == OFFERED[3]
    assert default_image([], "") is None


@pytest.mark.usefixtures("catalogue", "key")
def test_the_form_begins_with_it(
    team: Team, petra: Actor, operator: User, client_for: Callable[[User], Client]
) -> None:
    url = reverse("vms:create", kwargs={"slug": team.slug})

    def first() -> str:
        chosen = client_for(operator).get(url).context["form"]["image"].value()
        return Image.objects.get(pk=chosen).slug

    assert first() == "ubuntu-24-04-x64"
    deploy(team, petra, image=Image.objects.get(slug="debian-11-x64"))
    assert first() == "debian-12-x64"
