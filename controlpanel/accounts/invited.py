"""Who may make an account: whoever sends the link of an open invitation along.

The link is in the page and not in the session, where a second tab would put its own.
"""

from allauth.utils import get_request_param
from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

# What the sign-up page calls the link's token, in its address and in its form.
TOKEN = "invitation"  # noqa: S105 - a name


def invitation_token(request: HttpRequest) -> str:
    """Return the token that came with the request, or nothing."""
    return str(get_request_param(request, TOKEN) or "")


def invited_email(token: str) -> str:
    """Return the address that an open invitation was sent to, or nothing.

    Within a transaction the invitation stays open until that ends.
    """
    return str(import_string(settings.INVITED_EMAIL)(token)) if token else ""
