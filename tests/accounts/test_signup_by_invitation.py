import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User

SIGNUP = "/account/signup/"
FILLED = {"name": "Nina New", "password1": "a long enough secret"}

pytestmark = pytest.mark.django_db


def invite(client: Client, email: str = "nina@acme.test") -> None:
    """What the invitation page leaves in the session of whoever opened a valid link."""
    session = client.session
    session.update({"invitation_token": "the-token", "invitation_email": email})
    session.save()


def test_without_an_invitation_sign_up_is_closed(client: Client) -> None:
    assert "By invitation only" in client.get(SIGNUP).content.decode()
    client.post(SIGNUP, {**FILLED, "email": "nina@acme.test"})
    assert not User.objects.exists()


def test_the_form_holds_the_invited_address(client: Client) -> None:
    invite(client)
    html = client.get(SIGNUP).content.decode()
    assert "nina@acme.test" in html
    assert "disabled" in html


def test_a_new_person_goes_on_to_accept_the_invitation(client: Client) -> None:
    invite(client)
    answer = client.post(SIGNUP, FILLED)
    assert answer.headers["Location"] == reverse("invitation-accept", args=["the-token"])
    person = User.objects.get()
    assert (person.email, person.name) == ("nina@acme.test", "Nina New")
    assert client.get(reverse("profile")).status_code == 200


def test_another_address_cannot_be_put_in(client: Client) -> None:
    invite(client)
    client.post(SIGNUP, {**FILLED, "email": "mallory@evil.test"})
    assert User.objects.get().email == "nina@acme.test"


def test_a_weak_password_is_refused_beside_its_field(client: Client) -> None:
    invite(client)
    html = client.post(SIGNUP, {**FILLED, "password1": "password"}).content.decode()
    assert "too common" in html
    assert 'id="id_password1_error"' in html
    assert "Nina New" in html
    assert not User.objects.exists()
