"""Encryption at rest for the few secrets the panel must keep (MultiFernet, AES-128-CBC + HMAC).

The first of ENCRYPTION_KEYS encrypts; every one of them decrypts, so a key is rotated by putting
a new one in front, and dropping the old one after `manage.py rotate_encryption`.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SecretUnreadable(InvalidToken):
    """What is kept was encrypted with other ENCRYPTION_KEYS than the panel has now, or altered."""


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """Return `text` encrypted and authenticated, as URL-safe ASCII."""
    return _cipher(tuple(settings.ENCRYPTION_KEYS)).encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """Return the text behind `token`.

    Raises:
        SecretUnreadable: none of ENCRYPTION_KEYS made it, or it was altered.
    """
    try:
        return _cipher(tuple(settings.ENCRYPTION_KEYS)).decrypt(token.encode("ascii")).decode()
    except InvalidToken:
        raise SecretUnreadable from None


def is_readable(token: str) -> bool:
    """Whether `decrypt` can read it. Costs some 50 µs."""
    try:
        decrypt(token)
    except SecretUnreadable:
        return False
    return True


def rotate(token: str) -> str:
    """Return the same text encrypted with the first key.

    Raises:
        cryptography.fernet.InvalidToken: none of ENCRYPTION_KEYS made it, or it was altered.
    """
    return _cipher(tuple(settings.ENCRYPTION_KEYS)).rotate(token.encode("ascii")).decode("ascii")


def is_current(token: str) -> bool:
    """Whether the first key made it, so that the others are not needed for it."""
    try:
        _cipher(tuple(settings.ENCRYPTION_KEYS[:1])).decrypt(token.encode("ascii"))
    except InvalidToken:
        return False
    return True
