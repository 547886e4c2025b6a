"""Answers made up from the fields of the types that read them, so that a new type is covered too.

What is made is JSON as the API writes it: every required field, and each of the others present,
absent or null, with fields that nobody has heard of among them.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import AliasPath, SecretStr
from pydantic.fields import FieldInfo

from controlpanel import fluence
from controlpanel.fluence.types.base import FIRST_YEAR, LAST_YEAR, MOST_PRICE, Answer
from controlpanel.fluence.types.unions import Unread, Variant, Word

Data = dict[str, Any]
ABSENT = object()
ASCII = st.characters(codec="ascii", exclude_categories=["Cc"])
ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-11))])
MOMENTS = st.datetimes(timezones=ZONES).filter(
    lambda moment: FIRST_YEAR <= moment.year <= LAST_YEAR
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
JSON: st.SearchStrategy[Any] = (
    SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(), SCALARS, max_size=2)
)


def _subclasses(kind: type[Answer]) -> list[type[Answer]]:
    return [kind, *(found for each in kind.__subclasses__() for found in _subclasses(each))]


def answer_types() -> list[type[Answer]]:
    """Return every type that reads an answer or a part of one."""
    public = vars(fluence)
    return sorted(
        {kind for kind in _subclasses(Answer) if public.get(kind.__name__) is kind},
        key=lambda kind: kind.__name__,
    )


def path_of(kind: type[Answer], name: str) -> list[str]:
    """Return the keys by which a field is found: ["name"], or ["kind", "private", "subnet"]."""
    alias = kind.model_fields[name].validation_alias or kind.model_fields[name].alias
    if isinstance(alias, AliasPath):
        return [str(part) for part in alias.path]
    assert isinstance(alias, str)
    return [alias]


@cache
def wire(kind: type[Answer]) -> st.SearchStrategy[Any]:
    """Return answers that `kind` should read."""
    if issubclass(kind, Word):
        return st.just(kind.TAG)
    fields = {name: _field(field) for name, field in kind.model_fields.items()}
    known = {path_of(kind, name)[0] for name in fields} | fields.keys() | {"type"}
    more = st.dictionaries(
        st.text(min_size=9).filter(lambda key: key not in known), JSON, max_size=2
    )
    return st.builds(
        lambda values, extra: {**extra, **_assembled(kind, values)},
        st.fixed_dictionaries(fields),
        more,
    )


def without(kind: type[Answer], data: Data, name: str, value: object = ABSENT) -> Data:
    """Return `data` with a field put to another value, or without it."""
    *above, last = path_of(kind, name)
    copy = at = dict(data)
    for part in above:
        at[part] = dict(at.get(part) or {})
        at = at[part]
    if value is ABSENT:
        at.pop(last, None)
    else:
        at[last] = value
    return copy


def _assembled(kind: type[Answer], values: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, value in values.items():
        if value is not ABSENT:
            data = without(kind, data, name, value)
    if issubclass(kind, Variant) and kind.TAG not in data:
        data["type"] = kind.TAG
    return data


def _field(field: FieldInfo) -> st.SearchStrategy[Any]:
    present = _of(field.annotation, field.metadata)
    return present if field.is_required() else st.just(ABSENT) | st.none() | present


def _of(annotation: object, bounds: Sequence[object] = ()) -> st.SearchStrategy[Any]:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _of(args[0], args[1:])
    if annotation is int:
        return st.integers(_bound(bounds, "ge"), _bound(bounds, "le"))
    if annotation is str and (pattern := _bound(bounds, "pattern")):
        return st.from_regex(pattern, fullmatch=True)
    if annotation is str and (length := _bound(bounds, "max_length")):
        return st.text(ASCII, min_size=1, max_size=length)
    if origin in (Union, UnionType):
        return st.one_of([_of(each) for each in args if each is not type(None)])
    if origin is tuple:
        return st.lists(_of(args[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(st.text(), _of(args[1]), max_size=3)
    if annotation is Unread:
        return st.fixed_dictionaries({"type": st.just("of-tomorrow"), "since": JSON})
    if isinstance(annotation, type) and issubclass(annotation, Answer):
        return wire(annotation)
    return SIMPLE[annotation]


def _bound(bounds: Iterable[object], name: str) -> Any:  # noqa: ANN401
    """Return what a field is held to; None if it is not."""
    for bound in bounds:
        inner = bound.metadata if isinstance(bound, FieldInfo) else ()
        found = getattr(bound, name, None) if not inner else _bound(inner, name)
        if found is not None:
            return found
    return None


SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text() | st.integers(),
    SecretStr: st.text(),
    bool: st.booleans(),
    datetime: MOMENTS.map(datetime.isoformat),
    Decimal: st.decimals(-MOST_PRICE + 1, MOST_PRICE - 1, allow_nan=False).map(str),
    Any: JSON,
}
