"""Text from outside, cleaned where it comes in: what no column, page or log line should hold."""

from __future__ import annotations

import re
from typing import Any

# Control characters but for white space, halves of characters, and what turns writing around.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def clean(text: str) -> str:
    """Return `text` without the characters that no name or message needs."""
    return _UNWANTED.sub("", text)


def may_need_cleaning(content: bytes) -> bool:
    """Whether a body could hold any of them: next to none does, and looking at all takes time."""
    return b"\\u" in content or b"\\b" in content or b"\\f" in content or not _is_plain(content)


def cleaned(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON with each of its texts cleaned, names of fields included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if isinstance(value, dict):
        return {clean(name): cleaned(each) for name, each in value.items()}
    return value


def _is_plain(content: bytes) -> bool:
    return content.isascii() and b"\x7f" not in content
