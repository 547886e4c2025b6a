"""Links for mails and terminals, which no browser completes."""

from django.conf import settings
from django.urls import get_script_prefix, reverse


def public_url(name: str, **kwargs: str) -> str:
    """Return the whole address of a page as people open it, also outside a request."""
    path = reverse(name, kwargs=kwargs).removeprefix(get_script_prefix())
    return f"{settings.PUBLIC_URL}/{path}"
