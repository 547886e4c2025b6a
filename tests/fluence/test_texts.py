"""Text from outside is cleaned before anybody sees it, and never says the key back."""

import json

import pytest

from controlpanel.fluence import FluenceClient, Forbidden
from controlpanel.fluence.texts import clean
from tests.fluence.raw_server import http, raw_server

SPOILT = "a\x00b\x1b[31mc\u202ed\ud800e\x9ff\ufeff"
KEY = "fl-secret-key-0123456789"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (SPOILT, "ab[31mcdef"),
        ("two\nlines\tand tab", "two\nlines\tand tab"),
        ("Zoë 日本 🙂 مرحبا", "Zoë 日本 🙂 مرحبا"),
        ("\u2066hidden\u2069", "hidden"),
    ],
)
def test_what_nobody_needs_is_taken_out(text: str, plain: str) -> None:
    assert clean(text) == plain


@pytest.mark.parametrize("is_ascii", [True, False])
def test_an_answer_is_clean_however_it_is_written(is_ascii: bool) -> None:
    spoilt = SPOILT if is_ascii else SPOILT.replace("\ud800", "")
    me = {"id": "u1", "email": spoilt, "permissions": [spoilt]}
    body = json.dumps(me, ensure_ascii=is_ascii).encode()
    with raw_server(http("200 OK", body)) as server:
        found = FluenceClient("demo-key", server.url).account.me()
    assert found.email == "ab[31mcdef"
    assert list(found.permissions) == ["ab[31mcdef"]


def test_a_refusal_is_clean_and_does_not_say_the_key_back() -> None:
    body = json.dumps({"code": "forbidden", "error": f"No\x00 entry for {KEY}"}).encode()
    with raw_server(http("403 Forbidden", body)) as server, pytest.raises(Forbidden) as refused:
        FluenceClient(KEY, server.url).account.me()
    assert refused.value.message == "No entry for ***"


def test_a_name_that_is_the_key_is_masked() -> None:
    me = {"id": "u1", "email": f"{KEY}@example.com", "permissions": []}
    with raw_server(http("200 OK", json.dumps(me).encode())) as server:
        assert FluenceClient(KEY, server.url).account.me().email == "***@example.com"
