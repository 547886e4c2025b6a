"""How django-allauth behaves here: sign-up by invitation only, second factors encrypted at rest."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from controlpanel.lib import encryption
from controlpanel.lib.links import public_url
from controlpanel.lib.mail import mail_sending
from controlpanel.lib.mail_address import mail_address

from .network import UNKNOWN_IP, client_ip


def invited_email(request: HttpRequest) -> str:
    """Return the address an opened invitation was sent to, or nothing."""
    return str(request.session.get("invitation_email", ""))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return "invitation_token" in request.session and bool(invited_email(request))

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        # Whoever signs up holds the link of the invitation made out to this address.
        return email == invited_email(request)

    def clean_email(self, email: str) -> str:
        return mail_address(email)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("invitation-accept", args=[request.session["invitation_token"]])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("profile")

    def get_client_ip(self, request: HttpRequest) -> str:
        # A session's column must hold an address.
        return client_ip(request) or UNKNOWN_IP

    def get_reset_password_from_key_url(self, key: str) -> str:
        # Not by the Host header: whoever asks for a mail to somebody else must not choose its link.
        uid, _, token = key.partition("-")
        return public_url("account_reset_password_from_key", uidb36=uid, key=token)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of allauth's mails.

        Raises:
            MailNotSent: the mail server is away, or did not take it.
        """
        with mail_sending():
            super().send_mail(template_prefix, email, {**context, "console": settings.PUBLIC_URL})


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)
