"""What people paste for a public key, made by the real libraries: used by server and browser."""

import base64
import textwrap
from functools import cache

from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.fluence.renting import ED25519


@cache
def made(kind: str) -> PrivateKeyTypes:
    match kind:
        case "ed25519":
            return Ed25519PrivateKey.generate()
        case "ecdsa":
            return ec.generate_private_key(ec.SECP384R1())
        case "dsa":
            return dsa.generate_private_key(1024)  # noqa: S505 - to be refused
        case _:
            return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def public_line(kind: str, comment: str = "a@b") -> str:
    raw = made(kind).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return f"{raw.decode()} {comment}"


def public_pem(kind: str) -> str:
    info = PublicFormat.SubjectPublicKeyInfo
    return made(kind).public_key().public_bytes(Encoding.PEM, info).decode()


def rfc4716(kind: str) -> str:
    body = "\n".join(textwrap.wrap(public_line(kind).split()[1], 70))
    head, foot = "---- BEGIN SSH2 PUBLIC KEY ----", "---- END SSH2 PUBLIC KEY ----"
    return f'{head}\nComment: "2048-bit RSA"\n{body}\n{foot}\n'


def certificate() -> str:
    blob = base64.b64encode(b"\0\0\0\x20ssh-ed25519-cert-v01@openssh.com" + b"x" * 60).decode()
    return f"ssh-ed25519-cert-v01@openssh.com {blob} a@b"


def _private(kind: str, form: PrivateFormat, *, encrypted: bool = False) -> str:
    how = BestAvailableEncryption(b"swordfish") if encrypted else NoEncryption()
    return made(kind).private_bytes(Encoding.PEM, form, how).decode()


def _putty() -> str:
    body = "\n".join(textwrap.wrap(public_line("rsa2048").split()[1], 64))
    return (
        "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: mine\n"
        f"Public-Lines: 6\n{body}\nPrivate-Lines: 1\n{'AAAAgQ' * 10}\nPrivate-MAC: 00\n"
    )


def _without(text: str, *, first: bool = True, last: bool = False) -> str:
    return "\n".join(text.strip().splitlines()[first : -1 if last else None])


def private_texts() -> dict[str, str]:
    """Private keys in every form, whole and with lines missed in copying."""
    openssh, pkcs8 = PrivateFormat.OpenSSH, PrivateFormat.PKCS8
    old = PrivateFormat.TraditionalOpenSSL
    whole = {
        "openssh": _private("ed25519", openssh),
        "rsa": _private("rsa2048", old),
        "rsa encrypted": _private("rsa2048", old, encrypted=True),
        "ec": _private("ecdsa", old),
        "pkcs8": _private("rsa2048", pkcs8),
        "pkcs8 ed25519": _private("ed25519", pkcs8),
        "pkcs8 encrypted": _private("rsa2048", pkcs8, encrypted=True),
        "putty": _putty(),
    }
    texts = dict(whole)
    for name, text in whole.items():
        texts[f"{name}, no first line"] = _without(text)
        texts[f"{name}, in one line"] = text.replace("\n", " ")
    for name in set(whole) - {"putty", "pkcs8 ed25519"}:
        texts[f"{name}, base64 alone"] = _without(whole[name], last=True)
    lines = whole["rsa"].splitlines()
    texts["the middle of one"] = "\n".join(lines[5:15])
    texts["with its public key"] = f"{ED25519}\n{whole['openssh']}"
    texts["as a file of Windows"] = "\ufeff" + whole["openssh"].replace("\n", "\r\n")
    return texts


def public_texts() -> dict[str, str]:
    """What is no private key, though it may be wrong: the browser lets it through."""
    body = public_line("rsa2048").split()[1]
    return {
        "ed25519": ED25519,
        "rsa": public_line("rsa3072"),
        "rfc 4716": rfc4716("rsa2048"),
        "pem": public_pem("rsa2048"),
        "pem without its first line": _without(public_pem("rsa2048"), last=True),
        "broken over lines": "ssh-rsa\n" + "\n".join(textwrap.wrap(body, 64)),
        "without its algorithm": body,
        "a path": "/home/olga/.ssh/id_ed25519.pub",
        "a fingerprint": "SHA256:" + "x" * 43,
        "words": "my private key",
    }
