"""Keeping what was typed into a form until it is done: no refusal, lapse or Back loses it.

Cloud-init text is a secret that is never sent back in a page, so between two sendings of a form
it is here: what comes without it gets it again, until the person types another or leaves it out.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.lib.encryption import decrypt
from controlpanel.teams.models import Team
from vms.core.private_keys import holds_private_key
from vms.models import Draft

KEPT_FOR = timedelta(hours=24)
# More than all fields of a form together may hold, and more forms than anybody fills at once.
MOST_BYTES = 100_000
MOST_PER_PERSON = 10
SECRET = "user_data"  # noqa: S105 - a field's name
FORGET = "user_data_forget"
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "show", "confirmed", "cloud_init_anyway", FORGET})


@transaction.atomic
def draft_keep(*, user: User, team: Team, page: str, sent: QueryDict) -> QueryDict:
    """Keep what a form has sent; return it with the secret text that it left here before."""
    whole = sent.copy()
    if (key := _as_key(sent.get("draft", ""))) is None:
        # A page of another release.
        whole["draft"] = str(key := uuid4())
    # Two sendings of one form come one after the other.
    rows = Draft.objects.select_for_update(no_key=True, of=("self",))
    draft, is_new = rows.get_or_create(user=user, team=team, key=key, defaults={"page": page})
    before = draft_typed(draft)
    if before and not sent.get(SECRET) and not sent.get(FORGET):
        whole[SECRET] = before.get(SECRET, "")
    if is_new or draft.content:
        _write(draft, whole)
    return whole


def draft_find(*, user: User, team: Team, page: str, key: str | None = None) -> Draft | None:
    """Return the draft of a key, else what the person has left on such a page most lately."""
    since = timezone.now() - KEPT_FOR
    rows = Draft.objects.filter(user=user, team=team, page=page, updated_at__gt=since)
    if key is not None:
        rows = rows.filter(key__in=[found] if (found := _as_key(key)) else [])
    return rows.exclude(content="").order_by("-updated_at", "-pk").first()


def draft_typed(draft: Draft | None) -> QueryDict:
    """Return what is kept; nothing if there is nothing, or nobody has the key to it any more."""
    typed = QueryDict(mutable=True)
    if draft is None or not draft.content:
        return typed
    try:
        content = json.loads(decrypt(draft.content))
    except InvalidToken:
        return typed
    for name, values in content.items():
        typed.setlist(name, values)
    return typed


def draft_done(*, user: User, team: Team, sent: QueryDict) -> None:
    """Wipe what a form has left here: it was done, or given up."""
    if key := _as_key(sent.get("draft", "")):
        rows = Draft.objects.filter(user=user, team=team, key=key)
        rows.update(content="", updated_at=timezone.now())


def drafts_expire() -> None:
    """Delete what nobody has come back to."""
    Draft.objects.filter(updated_at__lte=timezone.now() - KEPT_FOR).delete()


def _write(draft: Draft, typed: QueryDict) -> None:
    text = json.dumps({name: values for name, values in typed.lists() if _is_kept(name, values)})
    if len(text) > MOST_BYTES:
        return  # no form that a person fills
    draft.keep(text)
    draft.updated_at = timezone.now()
    draft.save(update_fields=["content", "updated_at"])
    newest = Draft.objects.filter(user=draft.user_id).order_by("-updated_at", "-pk")
    old = list(newest.values_list("pk", flat=True)[MOST_PER_PERSON:])
    Draft.objects.filter(pk__in=old).delete()


def _is_kept(name: str, values: Sequence[object]) -> bool:
    """Private keys are not: of the secrets only cloud-init text is meant to be sent."""
    if name in _NOT_TYPED:
        return False
    is_key = name == "new_key"
    return name == SECRET or not any(
        holds_private_key(str(value), in_doubt=is_key) for value in values
    )


def _as_key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
