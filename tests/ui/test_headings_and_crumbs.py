"""Every page has one heading of its own, and its breadcrumbs end in it."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from tests.vms.rows import vm_rows

TEMPLATES = settings.BASE_DIR / "templates"
ACT = "vms/vm/act.html"
PAGES = [
    str(path.relative_to(TEMPLATES))
    for path in sorted(TEMPLATES.rglob("*.html"))
    if ("{% block content %}" in path.read_text() or f'{{% extends "{ACT}" %}}' in path.read_text())
    and path.name not in {"base.html", "entrance.html"}
]
CRUMBS = re.compile(r'<nav class="crumbs".*?</nav>', re.S)
BLOCK = r"{{% block {} %}}(.*?){{% endblock %}}"


def source_of(name: str) -> str:
    """Return a template's text; that of a VM's act within its frame, which it must fill."""
    text = (TEMPLATES / name).read_text()
    if f'{{% extends "{ACT}" %}}' not in text:
        return text
    frame = (TEMPLATES / ACT).read_text()
    for block in ("crumb", "heading", "act"):
        filled = re.search(BLOCK.format(block), text, re.S)
        assert filled
        assert filled[1].strip()
        frame = frame.replace(f"{{% block {block} %}}{{% endblock %}}", filled[1])
    return frame


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_an_h1(name: str) -> None:
    assert "<h1" in source_of(name)


@pytest.mark.parametrize("name", PAGES)
def test_breadcrumbs_end_in_the_pages_name(name: str) -> None:
    for crumbs in CRUMBS.findall(source_of(name)):
        end = crumbs.rpartition("</a>")[2]
        assert 'aria-current="page"' in end or "vms/vm/_crumb.html" in end


@pytest.mark.parametrize("act", ["restart", "terminate"])
def test_what_is_a_dialog_with_scripts_is_a_page_without(
    act: str, operator: User, client_for: Callable[[User], Client]
) -> None:
    (vm,) = vm_rows(operator.memberships.get().team, 1, allowed_actions=["restart"])
    url = reverse(f"vms:{act}", kwargs={"slug": "acme", "pk": vm.pk})
    client, words = client_for(operator), f"{act.capitalize()} vm-0?"
    page = client.get(url).content.decode()
    assert re.findall(r"<h[12][^>]*>(.*?)</h[12]>", page)[0] == words
    assert f"<h1>{words}</h1>" in page
    dialog = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert f'<h2 id="dialog-title">{words}</h2>' in dialog
    assert "<h1" not in dialog


def test_the_end_of_the_way_to_a_vm_follows_its_new_name(
    operator: User, client_for: Callable[[User], Client]
) -> None:
    (vm,) = vm_rows(operator.memberships.get().team, 1)
    url = reverse("vms:detail", kwargs={"slug": "acme", "pk": vm.pk})
    html = client_for(operator).get(url).content.decode()
    assert '<span id="vm-crumb" aria-current="page">vm-0</span>' in html
    later = client_for(operator).get(url, headers={"HX-Request": "true"}).content.decode()
    assert '<span id="vm-crumb" aria-current="page" hx-swap-oob="true">vm-0</span>' in later


def test_the_account_buttons_name_begins_with_what_is_seen_on_it(
    owner: User, client_for: Callable[[User], Client]
) -> None:
    html = client_for(owner).get(reverse("profile")).content.decode()
    words = r'<span class="avatar">O</span> <span class="visually-hidden">Your account</span>'
    assert words in html
