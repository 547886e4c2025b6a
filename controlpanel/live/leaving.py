"""Who may have to leave a stream: whoever's session, password or place in a team has changed."""

from functools import partial
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from controlpanel.accounts.models import User
from controlpanel.teams.models import Membership

from .publish import person_doubt


def watch() -> None:
    """Connect the signals. A stream whose right is gone ends within 5 s of the change."""
    post_delete.connect(_session_ended, sender=Session)
    post_save.connect(_person_changed, sender=User)
    for signal in (post_save, post_delete):
        signal.connect(_membership_changed, sender=Membership)


def _session_ended(instance: Session, **_: Any) -> None:
    user_id = instance.get_decoded().get(SESSION_KEY)
    if user_id:
        transaction.on_commit(partial(person_doubt, int(user_id)))


def _person_changed(instance: User, *, created: bool, **_: Any) -> None:
    if not created:
        transaction.on_commit(partial(person_doubt, instance.pk))


def _membership_changed(instance: Membership, **_: Any) -> None:
    transaction.on_commit(partial(person_doubt, instance.user_id))
