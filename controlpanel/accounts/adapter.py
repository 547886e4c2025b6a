"""How django-allauth behaves here: sign-up by invitation only, second factors encrypted at rest."""

import re

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from controlpanel.lib import encryption

from .invited import invitation_token, invited_email
from .models import User
from .network import client_ip

# What can stand in a link at all.
LINK_TOKEN = re.compile(r"[\w-]{1,100}", re.ASCII)


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
        if not email or User.objects.filter(email__iexact=email).exists():
            raise ImmediateHttpResponse(redirect("invitation-accept", token=token))
        return True

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        # Whoever signs up holds the link of the invitation made out to this address.
        return email.lower() == invited_email(invitation_token(request)).lower()

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("invitation-accept", args=[invitation_token(request)])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("profile")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)
