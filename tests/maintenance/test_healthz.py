"""/healthz answers whoever asks, without a login and without a redirect to HTTPS."""

from django.test import Client, override_settings


def test_it_answers_without_a_login_or_the_database() -> None:
    response = Client().get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok\n"


@override_settings(SECURE_SSL_REDIRECT=True)
def test_it_is_not_sent_to_https() -> None:
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/account/login/").status_code == 301


def test_it_only_reads() -> None:
    assert Client().post("/healthz").status_code == 405
