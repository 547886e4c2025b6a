"""Whether somebody's address is really theirs: shown by a mail to it, or vouched for by whoever
runs the server.
"""

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from controlpanel.lib import rates

from .models import User

MOST_MAILS_AN_HOUR = 5


class TooManyMails(Exception):
    """As many mails as one may ask for within an hour are on their way already."""


def address_vouch(user: User) -> None:
    """Count the person's address as verified: whoever runs the server says that it is theirs."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )


def address_mail(user: User, request: HttpRequest) -> None:
    """Send a mail with the link that verifies the address.

    Raises:
        TooManyMails: within an hour.
        MailNotSent: the mail server is away, or did not take it.
    """
    if rates.counted("verification", user.pk) >= MOST_MAILS_AN_HOUR:
        raise TooManyMails
    rates.count("verification", user.pk)
    address, _ = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True}
    )
    address.send_confirmation(request)
