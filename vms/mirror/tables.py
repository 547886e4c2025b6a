"""Writing many rows of a table: those that differ, in as few statements as it takes."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import Model

PER_STATEMENT = 500
Row = TypeVar("Row", bound=Model)


def rows_write(
    model: type[Row],
    pairs: Iterable[tuple[Row, Row | None]],
    key: Sequence[str],
    fields: Sequence[str],
) -> bool:
    """Write each row that differs in `fields` from what is stored of it, the other of its pair.

    Returns whether any did.
    """
    changed = [row for row, stored in pairs if stored is None or _differs(row, stored, fields)]
    model._default_manager.bulk_create(
        changed,
        batch_size=PER_STATEMENT,
        update_conflicts=True,
        unique_fields=key,
        update_fields=fields,
    )
    return bool(changed)


def rows_delete(model: type[Row], ids: Sequence[object]) -> None:
    for start in range(0, len(ids), PER_STATEMENT):
        some = ids[start : start + PER_STATEMENT]
        model._default_manager.filter(pk__in=some).delete()


def _differs(row: Model, stored: Model, fields: Sequence[str]) -> bool:
    return any(getattr(row, name) != getattr(stored, name) for name in fields)
