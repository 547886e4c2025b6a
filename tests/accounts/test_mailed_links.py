"""Links in mails lead to PUBLIC_URL, whatever name the panel was asked under."""

import pytest
from django.core import mail
from django.test import Client, override_settings

from controlpanel.accounts.models import User

RESET = "/account/password/reset/"
PUBLIC = "https://console.example.com"


@pytest.mark.django_db
@override_settings(PUBLIC_URL=PUBLIC, ALLOWED_HOSTS=["*"])
@pytest.mark.parametrize("email", ["ada@acme.test", "nobody@acme.test"])
def test_a_reset_asked_under_another_name_leads_to_ours(email: str) -> None:
    User.objects.create_user("ada@acme.test", "correct horse battery", name="Ada")
    assert (
        Client().post(RESET, {"email": email}, headers={"Host": "evil.example"}).status_code == 302
    )
    body = mail.outbox[0].body
    assert "evil.example" not in body
    assert f"Fluence console, {PUBLIC}" in body


@pytest.mark.django_db
@override_settings(PUBLIC_URL=PUBLIC, ALLOWED_HOSTS=["*"])
def test_the_mailed_link_lets_a_password_be_chosen() -> None:
    User.objects.create_user("ada@acme.test", "correct horse battery", name="Ada")
    Client().post(RESET, {"email": "ada@acme.test"}, headers={"Host": "evil.example"})
    (link,) = [line for line in mail.outbox[0].body.splitlines() if line.startswith(PUBLIC)]
    page = Client().get(link.removeprefix(PUBLIC), follow=True)
    assert page.context["form"].fields.keys() >= {"password1"}
