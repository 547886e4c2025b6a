"""What is kept encrypted and cannot be read: Fluence is not asked, and nothing has happened."""

from controlpanel.fluence import FluenceError
from controlpanel.lib.encryption import SecretUnreadable, decrypt

UNREADABLE = "key_unreadable"


class NotRevealed(FluenceError):
    """A call that could not be made: ENCRYPTION_KEYS do not open what it needs.

    It may be tried again, for whoever runs the panel may put the old keys back.
    """

    may_retry = True

    def __init__(self) -> None:
        super().__init__("ENCRYPTION_KEYS do not open what is kept.", code=UNREADABLE)


def revealed(token: str) -> str:
    """Return the text behind `token`.

    Raises:
        NotRevealed: none of ENCRYPTION_KEYS made it.
    """
    try:
        return decrypt(token)
    except SecretUnreadable:
        raise NotRevealed from None
