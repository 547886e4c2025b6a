"""How django-allauth behaves here: sign-up by invitation only, second factors encrypted at rest."""

import logging
import re
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from controlpanel.lib import encryption
from controlpanel.lib.links import public_url
from controlpanel.lib.mail import MailNotSent, mail_sending
from controlpanel.lib.mail_address import mail_address

from .invited import invitation_token, invited_email, is_mailed, is_proof_enough
from .models import User
from .network import UNKNOWN_IP, client_ip

logger = logging.getLogger(__name__)
# What can stand in a link at all.
LINK_TOKEN = re.compile(r"[\w.-]{1,200}", re.ASCII)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Open to who may make an account now; whoever has another link is told what became of it.

        Raises:
            ImmediateHttpResponse: to the page of the link.
        """
        token = invitation_token(request)
        if not LINK_TOKEN.fullmatch(token):
            return False
        email = invited_email(token)
        has_account = User.objects.filter(email__iexact=email).exists()
        if not email or has_account or not is_proof_enough(token):
            raise ImmediateHttpResponse(redirect("invitation-accept", token=token))
        return True

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        # Whoever signs up with a mailed link reads what is sent to the address it is made out to.
        token = invitation_token(request)
        return is_mailed(token) and email.lower() == invited_email(token).lower()

    def clean_email(self, email: str) -> str:
        return mail_address(email)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("invitation-accept", args=[invitation_token(request)])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("profile")

    def get_client_ip(self, request: HttpRequest) -> str:
        # A session's column must hold an address.
        return client_ip(request) or UNKNOWN_IP

    def get_reset_password_from_key_url(self, key: str) -> str:
        # Not by the Host header: whoever asks for a mail to somebody else must not choose its link.
        uid, _, token = key.partition("-")
        return public_url("account_reset_password_from_key", uidb36=uid, key=token)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:  # noqa: ANN401, ARG002 - as allauth's
        return public_url("account_confirm_email", key=emailconfirmation.key)

    def get_email_verification_redirect_url(self, email_address: Any) -> str:  # noqa: ANN401, ARG002 - as allauth's
        return reverse("profile")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person of a change of their account. It was made, whether they can be told or not:
        then the log of the process says so.
        """
        try:
            super().send_notification_mail(template_prefix, user, context, email or user.email)
        except MailNotSent:
            logger.warning("person %s: not told of %s", user.pk, template_prefix.rpartition("/")[2])

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
