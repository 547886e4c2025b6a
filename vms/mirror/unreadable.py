"""Records of Fluence's that could not be read: told once in the log, and on the account page.

They are kept by kind, as `{"VM": {"count": 1, "first": [[id, name, problem]]}}`.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from controlpanel import fluence
from controlpanel.fluence import Unreadable
from vms.models import CatalogueState, FluenceAccount

logger = logging.getLogger(__name__)
# How many of a kind are kept by name, and told; of the others there is the count.
MOST_NAMED = 20
CHARGE = fluence.Charge.__name__
# These are read by themselves, and seldom.
SELDOM = {CHARGE, fluence.TopUp.__name__}
Holder = FluenceAccount | CatalogueState
Kept = dict[str, Any]


def unreadable_keep(account: FluenceAccount, found: Iterable[Unreadable]) -> None:
    """Keep what a whole reading of the account could not read, in place of what was kept.

    What was kept of the kinds that are seldom read stays.
    """
    seldom = {kind: of for kind, of in account.unreadable.items() if kind in SELDOM}
    kept = seldom | _by_kind(found)
    # Should a poll have added something meanwhile, the next reading takes it out.
    if kept != account.unreadable:
        _keep(account, lambda _before: kept)


def unreadable_keep_of(
    account: FluenceAccount, seldom: type[object], found: Iterable[Unreadable]
) -> None:
    """Keep what the last reading of a kind could not read, beside what is kept of all else."""
    name = seldom.__name__
    kept = _by_kind(each for each in found if each.kind == name)
    _keep(account, lambda before: {k: v for k, v in before.items() if k != name} | kept)


def unreadable_add(account: FluenceAccount, found: Iterable[Unreadable]) -> None:
    """Keep what a part of the account showed to be unreadable, beside what is kept."""
    fresh = [each for each in dict.fromkeys(found) if not _is_kept(account.unreadable, each)]
    if fresh:
        _keep(account, lambda before: _by_kind(fresh, before))


def unreadable_keep_of_catalogue(found: Iterable[Unreadable]) -> None:
    """Keep what the last reading of the catalogue could not read."""
    if state := CatalogueState.objects.filter(pk=1).first():
        kept = _by_kind(found)
        _keep(state, lambda _before: kept)


@transaction.atomic
def _keep(holder: Holder, change: Callable[[Kept], Kept]) -> None:
    """Write what is kept as `change` makes it of what was, and tell what is new."""
    rows = type(holder)._default_manager.select_for_update(no_key=True).filter(pk=str(holder.pk))
    row = rows.first()
    if row is None:
        return  # disconnected meanwhile
    before = row.unreadable
    kept = holder.unreadable = change(before)
    if kept == before:
        return
    row.unreadable = kept
    row.save(update_fields=["unreadable"])
    for kind, of_kind in kept.items():
        told = before.get(kind, {}).get("first", [])
        for id_, name, problem in of_kind["first"]:
            if [id_, name, problem] not in told:
                logger.warning(
                    "%s: left out what could not be read: %s %s %s: %s",
                    *(_called(holder), kind, id_ or "without an id", name, problem),
                )


def _called(holder: Holder) -> str:
    return f"account {holder.pk}" if isinstance(holder, FluenceAccount) else "catalogue"


def _by_kind(found: Iterable[Unreadable], before: Kept | None = None) -> Kept:
    kept = {kind: {**of_kind} for kind, of_kind in (before or {}).items()}
    for each in sorted(dict.fromkeys(found), key=lambda each: (each.kind, each.id, each.name)):
        of_kind = kept.setdefault(each.kind, {"count": 0, "first": []})
        of_kind["count"] += 1
        of_kind["first"] = [*of_kind["first"], [each.id, each.name, each.problem]][:MOST_NAMED]
    return kept


def _is_kept(kept: Kept, one: Unreadable) -> bool:
    """Whether it is; once there are more than are named, another may be, and is not told."""
    of_kind = kept.get(one.kind, {"count": 0, "first": []})
    return of_kind["count"] >= MOST_NAMED or any(
        one.id == id_ and one.name == name for id_, name, _ in of_kind["first"]
    )
