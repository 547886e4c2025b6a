"""Who may make an account: whoever sends the link of an open invitation along.

The link is in the page and not in the session, where a second tab would put its own.

One that was mailed proves that its address is read by whoever opens it: its token is signed. The
link that the inviter sees is not, and proves nothing.
"""

from allauth.utils import get_request_param
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.module_loading import import_string

# What the sign-up page calls the link's token, in its address and in its form.
TOKEN = "invitation"  # noqa: S105 - a name


_SIGNER = Signer(sep=".", salt="mailed invitation")


def mailed_token(token: str) -> str:
    """Return the token for a mail to the invited address, which nobody else is to see."""
    return _SIGNER.sign(token)


def plain_token(token: str) -> str:
    """Return the token as the inviter was shown it."""
    return token.partition(_SIGNER.sep)[0]


def is_mailed(token: str) -> bool:
    """Whether the token came by mail."""
    try:
        _SIGNER.unsign(token)
    except BadSignature:
        return False
    return True


def is_proof_enough(token: str) -> bool:
    """Whether the token may make an account: where mails are sent, it has to have come by one."""
    return is_mailed(token) or not settings.MAILS_ARE_SENT


def invitation_token(request: HttpRequest) -> str:
    """Return the token that came with the request, or nothing."""
    return str(get_request_param(request, TOKEN) or "")


def invited_email(token: str) -> str:
    """Return the address that an open invitation was sent to, or nothing.

    Within a transaction the invitation stays open until that ends.
    """
    return str(import_string(settings.INVITED_EMAIL)(token)) if token else ""
