"""Holding #cloud-config to cloud-init's own schema, in words that repeat no value."""

import json
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from .reading import Document, Path, TooMuch, Unreadable, document_read

if TYPE_CHECKING:
    from jsonschema import Draft4Validator
    from jsonschema.exceptions import ValidationError

MOST_FINDINGS = 5
SCHEMA = File(__file__).with_name("schema-cloud-config-v1.json")
# A key is repeated in words only where it looks like one: the text is a secret.
_KEY = re.compile(r"[A-Za-z][\w.-]{0,39}")
_TYPES = {
    "array": gettext_lazy("a list"),
    "object": gettext_lazy("keys with values"),
    "string": pgettext_lazy("a type of value", "text"),
    "integer": gettext_lazy("a whole number"),
    "number": gettext_lazy("a number"),
    "boolean": gettext_lazy("true or false"),
    "null": pgettext_lazy("a type of value", "nothing"),
}


def config_findings(text: str, skipped: int = 0) -> list[str]:
    """Say what of a #cloud-config text is no YAML or not in cloud-init's schema.

    `skipped` is how many lines stood before it in the field.
    """
    return _findings(text, skipped, is_config=True)


def yaml_findings(text: str, skipped: int = 0) -> list[str]:
    """Say what of a text is no YAML."""
    return _findings(text, skipped, is_config=False)


def _findings(text: str, skipped: int, *, is_config: bool) -> list[str]:
    try:
        document = document_read(text)
    except Unreadable as problem:
        return [_unreadable(text, problem.line, skipped)]
    except TooMuch:
        return [_("This YAML unfolds into more than can be checked.")]
    lines = [(document.lines.get(path, 0), words) for path, words in _twice(document)]
    if is_config and document.value is not None:
        lines += _by_schema(document)
    lines = sorted(dict.fromkeys(lines))
    return [_at(line + skipped, words) for line, words in lines[:MOST_FINDINGS]]


def _at(line: int, words: str) -> str:
    return _("Line %(line)s: %(words)s") % {"line": line + 1, "words": words}


def _unreadable(text: str, line: int | None, skipped: int) -> str:
    if line is None:
        return _("This is not YAML.")
    lines = text.splitlines()
    if line < len(lines) and re.match(r" *\t", lines[line]):
        return _at(line + skipped, _("it begins with a tab; YAML wants spaces."))
    return _at(line + skipped, _("this is not YAML. Look at indents, colons and quotes."))


def _twice(document: Document) -> Iterator[tuple[Path, str]]:
    for path in document.doubled:
        words = _("%(key)s stands here a second time; only the last one counts.")
        yield path, words % {"key": _named(path)}


@lru_cache(maxsize=1)
def _validator() -> "Draft4Validator":
    # Only who deploys with cloud-init needs it, and it takes 3 MB of each process.
    from jsonschema import Draft4Validator

    return Draft4Validator(json.loads(SCHEMA.read_text()))


def _by_schema(document: Document) -> list[tuple[int, str]]:
    if not isinstance(document.value, dict):
        return [(0, _("cloud-init wants keys with values here, such as packages: and runcmd:."))]
    found = []
    for error in _innermost(_validator().iter_errors(document.value)):
        at = tuple(error.absolute_path)
        for path, words in _in_words(error, at):
            found.append((_line(document, path), words))
    return found


def _innermost(errors: "Iterable[ValidationError]") -> "Iterator[ValidationError]":
    """Where one of several forms is wanted, tell what is wrong with the one that was meant."""
    for error in errors:
        meant = [each for each in error.context or [] if not _is_other_form(each, error)]
        if meant:
            yield from _innermost(meant)
        else:
            yield error


def _is_other_form(inner: "ValidationError", outer: "ValidationError") -> bool:
    return inner.validator == "type" and len(inner.path) == 0 and outer.validator != "type"


def _in_words(error: "ValidationError", at: Path) -> Iterator[tuple[Path, str]]:
    name, wanted = _named(at), cast(Any, error.validator_value)
    if error.validator == "additionalProperties":
        schema = cast(dict[str, Any], error.schema)
        for key in _unknown(error.instance, schema):
            yield (*at, key), _unknown_words(key, schema.get("properties", {}))
    elif error.validator == "required":
        for key in wanted:
            if key not in cast(dict[str, Any], error.instance):
                yield at, _("%(name)s lacks %(key)s.") % {"name": name, "key": key}
    elif kinds := _kinds(error):
        listed = _(" or ").join(str(_TYPES.get(kind, kind)) for kind in kinds)
        yield at, _("%(name)s must be %(kinds)s.") % {"name": name, "kinds": listed}
    else:
        yield at, _("%(name)s is not as cloud-init wants it.") % {"name": name}


def _kinds(error: "ValidationError") -> list[str]:
    """Return the types that a value of another type could have had."""
    if error.validator == "type":
        wanted = cast(Any, error.validator_value)
        return [wanted] if isinstance(wanted, str) else list(wanted)
    kinds = [kind for each in error.context or [] for kind in _kinds(each)]
    return list(dict.fromkeys(kinds))


def _unknown(value: Any, schema: dict[str, Any]) -> list[str]:  # noqa: ANN401 - a mapping
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return [
        key
        for key in value
        if key not in known and not any(re.search(pattern, key) for pattern in patterns)
    ]


def _unknown_words(key: str, known: dict[str, Any]) -> str:
    if not _KEY.fullmatch(key):
        return _("cloud-init does not know this key.")
    near = get_close_matches(key, known, 1)
    if near:
        words = _("cloud-init does not know %(key)s. Did you mean %(near)s?")
        return words % {"key": key, "near": near[0]}
    return _("cloud-init does not know %(key)s.") % {"key": key}


def _named(path: Path) -> str:
    """Return a path as people write it: users[0].name."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if _KEY.fullmatch(step) else "…")
    return text or _("this")


def _line(document: Document, path: Path) -> int:
    while path and path not in document.lines:
        path = path[:-1]
    return document.lines.get(path, 0)
