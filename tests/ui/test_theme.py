import pytest
from django.test import Client
from django.urls import reverse

THEME = "/account/theme/"

pytestmark = pytest.mark.django_db


def test_a_chosen_theme_is_drawn_by_the_server(client: Client) -> None:
    client.post(THEME, {"theme": "dark", "next": "/account/login/"})
    assert 'data-theme="dark"' in client.get("/account/login/").content.decode()


def test_the_system_decides_again_when_asked_to(client: Client) -> None:
    client.post(THEME, {"theme": "dark"})
    client.post(THEME, {"theme": ""})
    assert "data-theme" not in client.get("/account/login/").content.decode()


def test_what_is_no_theme_never_reaches_the_page(client: Client) -> None:
    client.cookies["fluence_theme"] = "x onload=alert(1)"
    assert "data-theme" not in client.get("/account/login/").content.decode()


def test_it_leads_back_to_the_page_but_to_no_other_site(client: Client) -> None:
    answer = client.post(THEME, {"theme": "dark", "next": "/account/login/?a=b"})
    assert answer.headers["Location"] == "/account/login/?a=b"
    answer = client.post(THEME, {"theme": "dark", "next": "https://evil.test/"})
    assert answer.headers["Location"] == reverse("home")


def test_only_a_post_changes_it(client: Client) -> None:
    assert client.get(THEME).status_code == 405
