"""Public keys in OpenSSH form: reading them, saying what was pasted instead, telling them apart."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from controlpanel.fluence.texts import clean

from .private_keys import holds_private_key

LEAST_RSA_BITS = 2048
# What Fluence takes, as it is called among people.
KINDS = {
    "ssh-ed25519": "ED25519",
    "ssh-rsa": "RSA",
    "ecdsa-sha2-nistp256": "ECDSA",
    "ecdsa-sha2-nistp384": "ECDSA",
    "ecdsa-sha2-nistp521": "ECDSA",
}
_ALGORITHM = re.compile(
    r"(ssh-(rsa|dss|ed25519|ed448)|ecdsa-sha2-nistp\d+|sk-(ssh-ed25519|ecdsa-sha2-nistp256))"
    r"(-cert-v01)?(@openssh\.com)?"
)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as people know it: "ED25519", its bits, "SHA256:…", and the comment behind it."""

    algorithm: str
    body: str
    comment: str
    bits: int

    @property
    def kind(self) -> str:
        return KINDS[self.algorithm]

    @property
    def line(self) -> str:
        """The one line that Fluence is given."""
        return f"{self.algorithm} {self.body} {self.comment}".strip()

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -l` prints it."""
        digest = hashlib.sha256(base64.b64decode(self.body)).digest()
        return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def public_key_read(text: str) -> PublicKey:
    """Read what was pasted: one key that Fluence takes (RSA, ECDSA with NIST's curves, ED25519).

    Raises:
        ValidationError: with words that say what was pasted instead, and what to do.
    """
    if holds_private_key(text):
        raise ValidationError(private_key_words(), code="private_key")
    lines = [line for line in map(str.strip, clean(text).splitlines()) if line]
    keys = [line for line in lines if not line.startswith("#")] or [""]
    _require_openssh_form(keys)
    _require_one(keys)
    words = keys[0].split()
    _require_accepted(words)
    return _read(words)


@lru_cache(maxsize=1024)
def public_key_known(text: str) -> PublicKey | None:
    """Read a key of the account's; None where Fluence's text of it is nothing we know."""
    words = text.split()
    try:
        return _read(words) if words and words[0] in KINDS else None
    except ValidationError:
        return None


def private_key_words() -> str:
    return _(
        "This is a private key, or a part of one: never give it away. It was not kept. "
        "Paste the line from the .pub file."
    )


def key_body(public_key: str) -> str:
    """Return algorithm and key material, without the comment that may differ."""
    return " ".join(public_key.split()[:2])


def _read(words: list[str]) -> PublicKey:
    try:
        key = load_ssh_public_key(" ".join(words[:2]).encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValidationError(
            _("This key is cut off or altered. Copy the whole line of the .pub file again.")
        ) from error
    bits = key.key_size if isinstance(key, RSAPublicKey | EllipticCurvePublicKey) else 256
    return PublicKey(words[0], words[1], " ".join(words[2:]), bits)


def _is_algorithm(word: str) -> bool:
    return _ALGORITHM.fullmatch(word) is not None


def _require_openssh_form(lines: list[str]) -> None:
    """Name the other forms that public keys come in, with what makes a line of them."""
    first, text = lines[0], "\n".join(lines)
    if "SSH2 PUBLIC KEY" in first:
        raise ValidationError(
            _("This key is in RFC 4716 form. Convert it with ssh-keygen -i -f FILE.")
        )
    if "PUBLIC KEY" in first:
        raise ValidationError(
            _("This is a public key in PEM form. Convert it with ssh-keygen -i -m PKCS8 -f FILE.")
        )
    if not any(_is_algorithm(word) for word in text.split()):
        raise ValidationError(
            _(
                "This is not a public key in OpenSSH form. It is one line that begins with "
                "ssh-ed25519, ssh-rsa or ecdsa-sha2-nistp…"
            )
        )


def _require_one(lines: list[str]) -> None:
    if len(lines) == 1:
        return
    count = sum(any(map(_is_algorithm, line.split())) for line in lines)
    if count > 1:
        words = _("These are %(count)s keys. Add one after the other.")
        raise ValidationError(words % {"count": count})
    words = _("This key is broken over %(count)s lines. Join them to one, without blanks.")
    raise ValidationError(words % {"count": len(lines)})


def _require_accepted(words: list[str]) -> None:
    algorithm = next(word for word in words if _is_algorithm(word))
    if words[0] != algorithm:
        raise ValidationError(
            _("Options or a host name stand before the key. Leave them out: begin with %(word)s.")
            % {"word": algorithm}
        )
    if "-cert-v01" in algorithm:
        raise ValidationError(
            _("This is a certificate. Paste the key that it was made for: the .pub without -cert.")
        )
    if algorithm == "ssh-dss":
        raise ValidationError(_("DSA keys are not accepted. Make one: ssh-keygen -t ed25519."))
    if algorithm not in KINDS:
        raise ValidationError(
            _("Fluence does not take %(word)s keys. Make one: ssh-keygen -t ed25519.")
            % {"word": algorithm}
        )
    if len(words) < 2:
        raise ValidationError(_("Only the beginning of a key is here. Copy the whole line."))
    if (key := _read(words)).kind == "RSA" and key.bits < LEAST_RSA_BITS:
        raise ValidationError(
            _("This RSA key has %(bits)s bits, too few. Make one: ssh-keygen -t ed25519.")
            % {"bits": key.bits}
        )
