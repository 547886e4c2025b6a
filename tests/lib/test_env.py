"""Settings are judged when they are read: a wrong one is named, a right one taken as it stands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from controlpanel.lib.env import PanelEnv, SettingError
from controlpanel.lib.mail_settings import mail_server


def read(read: Callable[[PanelEnv], object], **variables: str) -> object:
    return read(PanelEnv(variables))


@pytest.mark.parametrize("value", ["$ECRET", "$$", r"\$x", "a$b", "p=q", "#no comment"])
def test_a_value_is_what_it_says(value: str) -> None:
    assert read(lambda env: env.text("SECRET"), SECRET=value, ECRET="another's") == value


def test_an_empty_value_is_not_given() -> None:
    assert read(lambda env: env.whole("PORT", default=8000), PORT="") == 8000
    assert read(lambda env: env.switch("DEBUG", default=True), DEBUG="") is True
    assert read(lambda env: env.bind_address("METRICS_BIND"), METRICS_BIND="") is None


@pytest.mark.parametrize("value", ["99999", "0", "-1", "eighty", "8000.5", "8ooo"])
def test_a_port_that_is_none(value: str) -> None:
    with pytest.raises(SettingError, match=r"^PORT must be a whole number from 1 to 65,535, but"):
        read(lambda env: env.whole("PORT", default=1, least=1, most=65_535), PORT=value)


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "0", "1e9", "soon"])
def test_a_time_that_is_none(value: str) -> None:
    with pytest.raises(SettingError, match=r"^WAIT must be a number of seconds from"):
        read(lambda env: env.seconds("WAIT", default=1), WAIT=value)


def test_a_switch_is_on_or_off_and_nothing_is_guessed() -> None:
    assert read(lambda env: env.switch("DEBUG"), DEBUG="On") is True
    assert read(lambda env: env.switch("DEBUG", default=True), DEBUG="off") is False
    with pytest.raises(SettingError, match="DEBUG must be “on” or “off”"):
        read(lambda env: env.switch("DEBUG"), DEBUG="enabled")


def test_one_of_a_few_words() -> None:
    assert read(lambda env: env.one_of("LEVEL", ("INFO", "DEBUG")), LEVEL="debug") == "DEBUG"
    with pytest.raises(SettingError, match="LEVEL must be one of INFO, DEBUG"):
        read(lambda env: env.one_of("LEVEL", ("INFO", "DEBUG")), LEVEL="LOUD")


@pytest.mark.parametrize("wrong", ["abc", "a" * 43, "ä" * 44, "a" * 43 + "=x"])
def test_a_key_that_is_none_is_told_by_its_place_and_never_said(wrong: str) -> None:
    keys = f"{Fernet.generate_key().decode()}, {wrong}"
    with pytest.raises(SettingError, match=r"^KEYS: key 2 of 2 is no Fernet key") as caught:
        read(lambda env: env.fernet_keys("KEYS"), KEYS=keys)
    assert wrong not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="KEY_FILE names a file that cannot be read: No such"):
        read(lambda env: env.text("KEY"), KEY_FILE=str(tmp_path / "none"))
    (tmp_path / "image").write_bytes(b"\xff\xd8")
    with pytest.raises(SettingError, match="it is not text in UTF-8"):
        read(lambda env: env.text("KEY"), KEY_FILE=str(tmp_path / "image"))


@pytest.mark.parametrize(
    "url",
    ["smtp.example.com:587", "smpt://host", "smtp://", "smtp://u:p#w@host:25", "smtp://h:99999"],
)
def test_a_mail_server_that_is_none(url: str) -> None:
    with pytest.raises(SettingError, match=r"^EMAIL_URL must be like smtp") as caught:
        read(mail_server, EMAIL_URL=url)
    assert "p#w" not in str(caught.value)


def test_a_mail_server_with_a_password_of_any_characters() -> None:
    found = mail_server(PanelEnv({"EMAIL_URL": "smtp+tls://me%40x:a%23%2B+b@mail.example:587"}))
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("me@x", "a#++b")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", 587)


@pytest.mark.parametrize(
    ("value", "hosts"),
    [
        ("a.example, B.example", ["a.example", "b.example"]),
        (".example.com,*", [".example.com", "*"]),
        ("bücher.example,[::1],10.0.0.1", ["xn--bcher-kva.example", "[::1]", "10.0.0.1"]),
        ("", ["default"]),
        (" , ", ["default"]),
    ],
)
def test_hosts_are_kept_as_browsers_send_them(value: str, hosts: list[str]) -> None:
    assert read(lambda env: env.hosts("HOSTS", ["default"]), HOSTS=value) == hosts


@pytest.mark.parametrize(
    "value", ["https://a.example", "a.example:8000", "a.example:443", "a.example/x", "a b", "::1"]
)
def test_hosts_that_are_none(value: str) -> None:
    with pytest.raises(SettingError, match="HOSTS must be host names separated by commas"):
        read(lambda env: env.hosts("HOSTS", []), HOSTS=value)
