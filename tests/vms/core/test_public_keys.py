"""One parser for every form that takes a key: what it reads, and what it names with what to do."""

import textwrap

import pytest
from django.core.exceptions import ValidationError

from tests.fluence.renting import ED25519, FINGERPRINT, public_key
from tests.vms.key_texts import (
    certificate,
    private_texts,
    public_line,
    public_pem,
    public_texts,
    rfc4716,
)
from vms.core.private_keys import holds_private_key
from vms.core.public_keys import public_key_known, public_key_read


def refused(text: str) -> str:
    with pytest.raises(ValidationError) as refusal:
        public_key_read(text)
    return str(refusal.value.messages[0])


@pytest.mark.parametrize(
    ("kind", "name", "bits"),
    [
        ("ed25519", "ED25519", 256),
        ("ecdsa", "ECDSA", 384),
        ("rsa2048", "RSA", 2048),
        ("rsa3072", "RSA", 3072),
    ],
)
def test_type_and_bits_are_read(kind: str, name: str, bits: int) -> None:
    line = public_line(kind)
    key = public_key_read(f"\ufeff# mine\r\n\r\n  {line}  \r\n")
    assert (key.kind, key.bits, key.line, key.comment) == (name, bits, line, "a@b")
    assert public_key_known(line) == key


def test_the_fingerprint_is_what_ssh_keygen_prints() -> None:
    assert public_key_read(ED25519).fingerprint == FINGERPRINT


def test_a_private_key_is_known_in_every_form() -> None:
    for name, text in private_texts().items():
        assert holds_private_key(text), name
        assert "This is a private key" in refused(text), name


def test_what_is_public_is_not_taken_for_private() -> None:
    taken = [name for name, text in public_texts().items() if holds_private_key(text)]
    assert taken == []


def broken() -> str:
    algorithm, body, comment = public_line("rsa2048").split()
    return f"{algorithm} " + "\n".join(textwrap.wrap(body, 64)) + f" {comment}"


def test_what_is_no_single_public_key_is_named_with_what_to_do() -> None:
    for text, words in [
        (f"{ED25519}\n{public_key(1)}", "These are 2 keys. Add one after the other."),
        (rfc4716("rsa2048"), "RFC 4716 form. Convert it with ssh-keygen -i -f FILE."),
        (public_pem("rsa2048"), "PEM form. Convert it with ssh-keygen -i -m PKCS8 -f FILE."),
        (f'from="10.0.0.1",no-pty {ED25519}', "Leave them out: begin with ssh-ed25519."),
        (f"example.com {ED25519}", "a host name stand before the key"),
        (certificate(), "This is a certificate. Paste the key that it was made for"),
        (public_line("dsa"), "DSA keys are not accepted. Make one: ssh-keygen -t ed25519."),
        (public_line("rsa1024"), "This RSA key has 1024 bits, too few."),
        (f"sk-ssh-ed25519@openssh.com {'A' * 68}", "does not take sk-ssh-ed25519@openssh.com"),
        (broken(), "broken over 6 lines. Join them to one"),
        (ED25519[:60], "cut off or altered. Copy the whole line"),
        ("ssh-ed25519", "Only the beginning of a key is here"),
        (ED25519.replace("ssh-ed25519", "ssh-rsa"), "cut off or altered"),
        ("hello", "This is not a public key in OpenSSH form"),
        (public_texts()["a fingerprint"], "This is not a public key in OpenSSH form"),
        ("# only a comment", "This is not a public key in OpenSSH form"),
    ]:
        assert words in refused(text), text


def test_marks_that_turn_writing_around_do_not_get_into_a_name() -> None:
    assert public_key_read(f"{ED25519}\u202egnp").comment == "user@example.comgnp"
    assert public_key_known("rubbish") is None
    assert public_key_known("ssh-rsa rubbish") is None
