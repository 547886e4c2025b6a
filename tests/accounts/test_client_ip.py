"""The address that the log and the sessions keep: always one, never what somebody wrote."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory, override_settings

from controlpanel.accounts.models import User
from controlpanel.accounts.network import client_ip
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Team


def seen(forwarded: str | None, hops: int = 1, connected: str = "10.0.0.9") -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=connected)
    request.user = AnonymousUser()
    with override_settings(TRUSTED_PROXY_COUNT=hops):
        return client_ip(request)


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:51234", "203.0.113.9"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("[2001:db8::1]:51234", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ('"[2001:db8::1]:51234"', "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0-of-a-name-without-an-end-0123456789", "fe80::1"),
    ],
)
def test_what_a_proxy_says_is_kept_in_its_shortest_form(forwarded: str, address: str) -> None:
    assert seen(forwarded) == address


@pytest.mark.parametrize(
    "forwarded",
    [
        *("unknown", "_hidden", "", " ", ",", "203.0.113.999", "203.0.113.9:port", "example.com"),
        *("<script>", "203.0.113.9 DROP TABLE", "9" * 4000, "for=203.0.113.9", "0x7f.1", None),
    ],
)
def test_what_is_no_address_tells_nothing(forwarded: str | None) -> None:
    assert seen(forwarded) == "10.0.0.9"


def test_without_proxies_nothing_is_believed() -> None:
    assert seen("203.0.113.9", hops=0) == "10.0.0.9"
    assert seen("203.0.113.9", hops=2) == "10.0.0.9"


def test_over_a_socket_there_may_be_no_address_at_all() -> None:
    assert seen("unknown", connected="") == ""


@pytest.mark.parametrize(("forwarded", "kept"), [("203.0.113.9:5", "203.0.113.9"), ("unknown", "")])
def test_the_log_keeps_an_address_or_none(
    forwarded: str,
    kept: str,
    team: Team,
    owner: User,
    client_for: Callable[[User], Client],
) -> None:
    with override_settings(TRUSTED_PROXY_COUNT=1, ALLAUTH_TRUSTED_PROXY_COUNT=1):
        client_for(owner).post(
            f"/t/{team.slug}/settings/",
            {"name": "Acme Two"},
            headers={"X-Forwarded-For": forwarded},
            REMOTE_ADDR="",
        )
    assert AuditEntry.objects.latest("sequence").ip_address == kept


@pytest.mark.django_db
def test_who_comes_from_nowhere_can_log_in_all_the_same() -> None:
    User.objects.create_user("ada@acme.test", "correct horse battery")
    with override_settings(TRUSTED_PROXY_COUNT=1):
        answer = Client().post(
            "/account/login/",
            {"login": "ada@acme.test", "password": "correct horse battery"},
            headers={"X-Forwarded-For": "unknown"},
            REMOTE_ADDR="",
        )
    assert answer.status_code == 302
