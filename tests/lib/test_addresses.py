"""Addresses in settings: parsed once, rebuilt as they were meant, or refused in words."""

import pytest
from redis import Redis

from controlpanel.lib.addresses import AddressError, BindAddress, ServerAddress, WebAddress


@pytest.mark.parametrize(
    ("text", "whole", "header"),
    [
        ("https://console.example.com", "https://console.example.com", "console.example.com"),
        ("HTTPS://Console.Example.COM/", "https://console.example.com", "console.example.com"),
        ("https://example.com:443/a/b/", "https://example.com/a/b", "example.com"),
        ("http://localhost:8000", "http://localhost:8000", "localhost"),
        ("https://[2001:DB8:0::1]:8443", "https://[2001:db8::1]:8443", "[2001:db8::1]"),
        ("http://[::1]", "http://[::1]", "[::1]"),
        ("https://bücher.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_a_web_address_is_kept_as_browsers_send_it(text: str, whole: str, header: str) -> None:
    address = WebAddress.parse(text)
    assert (str(address), address.host_header) == (whole, header)
    assert address.origin == whole.removesuffix("/a/b")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("console.example.com", "must be an address like https://console.example.com"),
        ("localhost:8000", "must be an address like https://console.example.com"),
        ("example.com:8000/console", "must be an address like https://console.example.com"),
        ("ftp://example.com", "must begin with https:// or http://"),
        ("https://me:secret@example.com", "must have no user"),
        ("https://example.com/?a=1", "must have no user, “?” or “#”"),
        ("https://example.com/#a", "must have no user, “?” or “#”"),
        ("https://example.com/a b", "must be an address like"),
        ("https://example.com/%2e", "may have a path of letters"),
        ("https://example.com:99999", "must be an address like"),
        ("https://example.com:0", "must have a port from 1 to 65535"),
        ("https://2001:db8::1", "must be an address like"),
        ("https://[2001:db8::zz]", "must be an address like"),
        ("https://-.example", "has a host that is no name"),
        ("https://exam\nple.com", "must be an address like"),
    ],
)
def test_what_is_no_web_address_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(AddressError) as caught:
        WebAddress.parse(text)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        *(("localhost", True), ("panel.localhost", True), ("127.8.9.1", True), ("[::1]", True)),
        *(("localhost.example", False), ("127.0.0.1.example", False), ("10.0.0.1", False)),
    ],
)
def test_loopback_is_this_machine_and_nothing_that_looks_like_it(
    host: str, is_loopback: bool
) -> None:
    assert WebAddress.parse(f"http://{host}:1").is_loopback is is_loopback


@pytest.mark.parametrize(
    ("host", "domain"),
    [("example.com", "example.com"), ("10.0.0.1", "[10.0.0.1]"), ("[::1]", "[IPv6:::1]")],
)
def test_mails_come_from_its_domain(host: str, domain: str) -> None:
    assert WebAddress.parse(f"https://{host}").mail_domain == domain


@pytest.mark.parametrize(
    ("text", "databases"),
    [
        ("redis://h", (0, 1, 2)),
        ("redis://h:6379/", (0, 1, 2)),
        ("redis://:p%2Fw%3F@h:6379/0", (0, 1, 2)),
        ("redis://h/3", (3, 4, 5)),
        ("rediss://u:p@[::1]:6380/1?ssl_cert_reqs=none", (1, 2, 3)),
    ],
)
def test_a_server_has_three_databases_in_a_row(text: str, databases: tuple[int, ...]) -> None:
    address = ServerAddress.parse(text)
    connections = [Redis.from_url(address.database(number)) for number in range(3)]
    asked = [connection.connection_pool.connection_kwargs for connection in connections]
    assert tuple(options.get("db") for options in asked) == databases
    assert {options.get("password") for options in asked} == {address.password or None}
    assert str(ServerAddress.parse(str(address))) == str(address)


def test_a_certificate_is_checked_unless_that_is_turned_off_by_name() -> None:
    asked = ServerAddress.parse("rediss://h?ssl_ca_certs=/ca.pem").database(1)
    assert asked == "rediss://h/1?ssl_ca_certs=/ca.pem&ssl_cert_reqs=required"
    told = ServerAddress.parse("rediss://h?ssl_cert_reqs=none").database(1)
    assert told == "rediss://h/1?ssl_cert_reqs=none"


@pytest.mark.parametrize(
    "text",
    [
        *("h:6379", "127.0.0.1:6379", "localhost", "http://h", "unix:///run/valkey.sock"),
        *("redis://h/panel", "redis://h/0/1", "redis://h?db=3", "redis://h/0?socket_timeout=5"),
        *("redis://:a#b@h", "redis://:a/b@h", "redis://h:99999", "redis://"),
        "rediss://h?ssl_cert_reqs=maybe",
    ],
)
def test_what_is_no_server_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        ServerAddress.parse(text)


@pytest.mark.parametrize("text", ["127.0.0.1:9464", "[::1]:9464", "localhost:9464"])
def test_where_to_listen(text: str) -> None:
    assert str(BindAddress.parse(text)) == text


@pytest.mark.parametrize("text", ["9464", ":9464", "127.0.0.1", "::1:9464", "h:99999", "u@h:1"])
def test_nowhere_to_listen(text: str) -> None:
    with pytest.raises(AddressError):
        BindAddress.parse(text)
