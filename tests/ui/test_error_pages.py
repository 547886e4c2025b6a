from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, permission_denied

from controlpanel.accounts.models import User


def test_a_page_that_is_not_there_says_why_that_may_be(
    owner: User, client_for: Callable[[User], Client]
) -> None:
    answer = client_for(owner).get("/no/such/page")
    assert answer.status_code == 404
    html = answer.content.decode()
    assert "a team that you are not in" in html
    assert "Log out" in html


def test_a_stranger_sees_it_too(client: Client, db: None) -> None:
    html = client.get("/no/such/page").content.decode()
    assert "There is nothing here" in html
    assert "Log out" not in html


@pytest.fixture
def anonymous_request(client: Client, db: None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = client.session
    return request


def test_a_refusal_gives_its_reason(anonymous_request: HttpRequest) -> None:
    reason = "Your role in Acme is viewer: you may not deploy VMs."
    answer = permission_denied(anonymous_request, PermissionDenied(reason))
    assert answer.status_code == 403
    assert reason in answer.content.decode()


def test_a_request_nobody_understands_says_what_to_do(anonymous_request: HttpRequest) -> None:
    answer = bad_request(anonymous_request, ValueError())
    assert "Nothing was changed" in answer.content.decode()


def test_a_form_without_its_token_is_told_to_be_sent_again(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "a@b.test", "password": "x"})
    assert answer.status_code == 403
    assert "This page is too old" in answer.content.decode()


def test_the_page_of_a_broken_server_needs_nothing_of_it() -> None:
    assert "Something broke on our side" in render_to_string("500.html")
