"""Reading public keys in OpenSSH's format, far enough to refuse what is not one."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

CURVES = {"nistp256": 65, "nistp384": 97, "nistp521": 133}
"""Bytes of an uncompressed point."""

LEAST_RSA_BITS = 1024


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key's algorithm ("ssh-ed25519") and fingerprint ("SHA256:…")."""

    algorithm: str
    fingerprint: str


def parse_public_key(text: str) -> PublicKey:
    """Read "ssh-ed25519 AAAA… comment". Raises ValueError saying what is wrong."""
    words = text.strip().split(None, 2)
    if len(words) < 2 or "\n" in text.strip():
        raise ValueError("must be one line: the algorithm, the key, and maybe a comment")
    algorithm = words[0]
    try:
        blob = base64.b64decode(words[1], validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the key is not valid base64") from None
    parts = _parts(blob)
    if not parts or parts[0] != algorithm.encode():
        raise ValueError("the key is not of the algorithm it begins with")
    _check(algorithm, parts[1:])
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return PublicKey(algorithm, f"SHA256:{digest}")


def _parts(blob: bytes) -> list[bytes]:
    """Split into the length-prefixed strings that a key is made of."""
    parts, rest = [], blob
    while rest:
        length = int.from_bytes(rest[:4], "big")
        if len(rest) < 4 + length:
            raise ValueError("the key is cut off")
        parts.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    return parts


def _check(algorithm: str, parts: list[bytes]) -> None:
    curve = algorithm.removeprefix("ecdsa-sha2-")
    if algorithm == "ssh-ed25519":
        ok = len(parts) == 1 and len(parts[0]) == 32
    elif algorithm == "ssh-rsa":
        ok = len(parts) == 2 and int.from_bytes(parts[1], "big").bit_length() >= LEAST_RSA_BITS
    elif algorithm.startswith("ecdsa-sha2-") and curve in CURVES:
        ok = len(parts) == 2 and parts[0] == curve.encode() and len(parts[1]) == CURVES[curve]
    else:
        raise ValueError("the algorithm must be RSA, ECDSA (nistp256, 384, 521) or ED25519")
    if not ok:
        raise ValueError("the key does not fit its algorithm")
