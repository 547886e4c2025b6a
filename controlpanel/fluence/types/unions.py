"""How the API's unions are read: by their tag, keeping what has a tag not known here.

The API writes a tag in three ways: as a plain word (`"all"`), as the only key
(`{"tcp": {"ports": …}}`), or in `type` (`{"type": "allow", "rules": […]}`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import Discriminator, GetCoreSchemaHandler, model_validator
from pydantic_core import core_schema

from controlpanel.fluence.types.base import Answer

UNREAD = "unread"


class Variant(Answer):
    """A member of a union."""

    TAG: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _word_has_no_fields(cls, data: Any) -> Any:  # noqa: ANN401
        return {} if isinstance(data, str) else data


class Word(Variant):
    """A member that is written as a plain word."""

    def to_wire(self) -> str:
        """Return the JSON of it."""
        return self.TAG


@dataclass(frozen=True, slots=True)
class Unread:
    """A member of a kind not known here. `raw` is what came, and what is sent back."""

    TAG: ClassVar[str] = UNREAD

    # Not in the repr: what is not known may be a secret.
    raw: Any = field(repr=False)

    def to_wire(self) -> Any:  # noqa: ANN401
        """Return the JSON of it, unchanged."""
        return self.raw

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls(value)
        )


def by_tag(*tags: str) -> Discriminator:
    """Return the rule that finds a union's member among `tags`, or else Unread."""
    return Discriminator(_finder(frozenset(tags)))


def _finder(tags: frozenset[str]) -> Callable[[Any], str]:
    def find(value: Any) -> str:  # noqa: ANN401
        if isinstance(value, Variant | Unread):
            return value.TAG
        if isinstance(value, str):
            candidates: list[Any] = [value]
        elif isinstance(value, Mapping):
            candidates = [value.get("type"), *value]
        else:
            candidates = []
        return next((tag for tag in candidates if isinstance(tag, str) and tag in tags), UNREAD)

    return find
