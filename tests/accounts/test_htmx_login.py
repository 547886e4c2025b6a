from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/sessions/?page=2"}


def test_an_expired_login_sends_the_whole_page_to_the_login(client: Client, db: None) -> None:
    answer = client.get(reverse("profile"), headers=HTMX)
    assert answer.status_code == 200
    assert answer.content == b""
    target = answer.headers["HX-Redirect"]
    assert target == "/account/login/?next=%2Faccount%2Fsessions%2F%3Fpage%3D2"
    assert "Location" not in answer.headers


def test_another_site_named_as_the_page_is_not_followed(client: Client, db: None) -> None:
    headers = {**HTMX, "HX-Current-URL": "https://evil.test/trap"}
    answer = client.get(reverse("profile"), headers=headers)
    assert answer.headers["HX-Redirect"] == "/account/login/?next=%2F"


def test_a_plain_request_is_redirected_as_ever(client: Client, db: None) -> None:
    answer = client.get(reverse("profile"))
    assert answer.status_code == 302
    assert "HX-Redirect" not in answer.headers


def test_other_redirects_stay_as_they_are(
    owner: User, client_for: Callable[[User], Client]
) -> None:
    data = {"name": "Olga", "time_zone": ""}
    answer = client_for(owner).post(reverse("profile"), data, headers=HTMX)
    assert answer.headers["Location"] == reverse("profile")
