"""Which SSH keys are taken."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from controlpanel.fluence import Changes, FluenceClient, NotFound, Unprocessable
from controlpanel.simulator.public_keys import parse_public_key
from tests.fluence.renting import ED25519

Private = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

FORMAT = (Encoding.OpenSSH, PublicFormat.OpenSSH)
GOOD: dict[str, Private] = {
    "ssh-ed25519": ed25519.Ed25519PrivateKey.generate(),
    "ssh-rsa": rsa.generate_private_key(65537, 2048),
    "ecdsa-sha2-nistp256": ec.generate_private_key(ec.SECP256R1()),
    "ecdsa-sha2-nistp384": ec.generate_private_key(ec.SECP384R1()),
    "ecdsa-sha2-nistp521": ec.generate_private_key(ec.SECP521R1()),
}


@pytest.mark.parametrize("algorithm", GOOD)
def test_real_keys_are_taken(client: FluenceClient[Changes], algorithm: str) -> None:
    text = GOOD[algorithm].public_key().public_bytes(*FORMAT).decode()
    key = client.ssh_keys.create("laptop", f"{text} me@example.com")
    assert key.algorithm == algorithm
    assert key.public_key == f"{text} me@example.com"
    assert client.ssh_keys.list(ids=[key.id]).items == (key,)


def test_the_fingerprint_is_the_one_ssh_keygen_prints() -> None:
    expected = "SHA256:sINcLA/hlKG0nDpE9n233xEnXAgSISxq0/nVWbbx5A4"
    assert parse_public_key(ED25519).fingerprint == expected


def _blob(*parts: bytes) -> str:
    return base64.b64encode(b"".join(len(p).to_bytes(4, "big") + p for p in parts)).decode()


def _relabelled(text: str, algorithm: str) -> str:
    return f"{algorithm} {text.split()[1]}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello", "one line"),
        ("ssh-ed25519 ???", "base64"),
        (ED25519[:40], "cut off"),
        (_relabelled(ED25519, "ssh-rsa"), "begins with"),
        (f"{ED25519}\n{ED25519}", "one line"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nabc", "one line"),
        (f"ssh-dss {_blob(b'ssh-dss', b'p', b'q')}", "the algorithm must be"),
        (f"ssh-ed25519 {_blob(b'ssh-ed25519', b'short')}", "does not fit"),
    ],
)
def test_what_is_no_key_is_refused(client: FluenceClient[Changes], text: str, says: str) -> None:
    with pytest.raises(Unprocessable, match=f"publicKey: .*{says}"):
        client.ssh_keys.create("laptop", text)


def test_a_deleted_key_is_gone(client: FluenceClient[Changes]) -> None:
    key = client.ssh_keys.create("laptop", ED25519)
    client.ssh_keys.delete(key.id)
    assert client.ssh_keys.list().items == ()
    with pytest.raises(NotFound):
        client.ssh_keys.delete(key.id)
