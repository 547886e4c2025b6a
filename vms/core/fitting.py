"""Fluence's texts, cut to our columns: one that is too long must not stop a whole batch.

SQLite would keep it; PostgreSQL refuses the row, and with it the transaction.
"""

from typing import cast

from django.db.models import CharField, Model


def fitting(model: type[Model], name: str, text: str) -> str:
    """Return `text` cut to the length of the model's column `name`."""
    field = cast("CharField[str, str]", model._meta.get_field(name))
    return text[: field.max_length]
