"""Public keys in OpenSSH form: what is accepted, and what makes two the same."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.dsa import DSAPublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def validate_public_key(text: str) -> None:
    """Accept what Fluence does: RSA, ECDSA (nistp256, 384, 521) and ED25519, in OpenSSH form.

    Raises:
        ValidationError: with words that say what was pasted instead.
    """
    if "PRIVATE KEY" in text:
        raise ValidationError(
            _("This is a private key: never give it away. Paste the line from the .pub file.")
        )
    try:
        key = load_ssh_public_key(" ".join(text.split()).encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValidationError(
            _(
                "This is not a public key in OpenSSH form. It is one line that begins with "
                "ssh-ed25519, ssh-rsa or ecdsa-sha2-nistp…"
            )
        ) from error
    if isinstance(key, DSAPublicKey):
        raise ValidationError(_("DSA keys are not accepted. Use ED25519, ECDSA or RSA."))


def key_body(public_key: str) -> str:
    """Return algorithm and key material, without the comment that may differ."""
    return " ".join(public_key.split()[:2])


def key_comment(public_key: str) -> str:
    """Return what stands behind the key, by which its owner knows it."""
    return " ".join(public_key.split()[2:])
