"""Encrypting what is kept anew with the first of ENCRYPTION_KEYS, while the panel runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import models, transaction

from controlpanel.lib import encryption
from vms.models import Draft, FluenceAccount, Operation

# Somebody who read a row before it was rotated, and saves it whole, puts the old text back.
MOST_ROUNDS = 5


@dataclass(slots=True)
class Rotation:
    """What became of one kind of secret. `unreadable` has the ids of rows that no key opens."""

    name: str
    renewed: int = 0
    current: int = 0
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one kind of secret is kept: rows, the column, and the key within a JSON column."""

    name: str
    rows: Callable[[], models.QuerySet[Any]]
    column: str
    key: str = ""

    def read(self, row: models.Model) -> str:
        value = getattr(row, self.column)
        return str(value[self.key] if self.key else value)

    def write(self, row: models.Model, text: str) -> None:
        value = {**getattr(row, self.column), self.key: text} if self.key else text
        setattr(row, self.column, value)
        row.save(update_fields=[self.column])


def _authenticators(kind: str) -> models.QuerySet[Any]:
    found: models.QuerySet[Any] = Authenticator.objects.filter(type=kind)
    return found


PLACES = (
    _Place("API keys", FluenceAccount.objects.all, "api_key_encrypted"),
    _Place("waiting cloud-init texts", lambda: Operation.objects.exclude(secret=""), "secret"),
    _Place("drafts of forms", lambda: Draft.objects.exclude(content=""), "content"),
    _Place("second factors", lambda: _authenticators("totp"), "data", "secret"),
    _Place("recovery codes", lambda: _authenticators("recovery_codes"), "data", "seed"),
)


def rotate() -> list[Rotation]:
    """Encrypt every secret with the newest key. May be repeated, and stopped at any time."""
    return [_rotate(place) for place in PLACES]


def look() -> list[Rotation]:
    """Say what `rotate` would find, changing nothing: what is not current counts as renewed."""
    found = []
    for place in PLACES:
        result = Rotation(place.name)
        for row in place.rows().iterator():
            _count(result, row.pk, _state(place.read(row)))
        found.append(result)
    return found


def _rotate(place: _Place) -> Rotation:
    total = Rotation(place.name)
    for _ in range(MOST_ROUNDS):
        result = Rotation(place.name)
        for pk in list(place.rows().values_list("pk", flat=True)):
            _count(result, pk, _rotate_row(place, pk))
        total.renewed += result.renewed
        total.current, total.unreadable = result.current, result.unreadable
        if not result.renewed:
            break
    return total


@transaction.atomic
def _rotate_row(place: _Place, pk: object) -> str:
    """Encrypt a row's secret anew if need be; return the state it was in."""
    row = place.rows().select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        return "gone"
    text = place.read(row)
    state = _state(text)
    if state == "old":
        place.write(row, encryption.rotate(text))
    return state


def _count(result: Rotation, pk: object, state: str) -> None:
    result.renewed += state == "old"
    result.current += state == "current"
    if state == "unreadable":
        result.unreadable.append(str(pk))


def _state(text: str) -> str:
    if encryption.is_current(text):
        return "current"
    try:
        encryption.decrypt(text)
    except InvalidToken:
        return "unreadable"
    return "old"
