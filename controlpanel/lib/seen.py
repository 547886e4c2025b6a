"""Text as people see it: names that can be read, and comparing by what is seen."""

import re
import unicodedata

# Letters and marks that are drawn as nothing: fillers of Hangul and Khmer, the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
# They join or part what stands beside them, in Persian or in an emoji of several: seen there.
_JOINERS = frozenset("\u200c\u200d")
# Variation selectors choose a look of the character before them, such as a colourful heart.
_VARIATIONS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Controls, formats (direction among them), halves of characters, private use, not assigned.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def as_seen(text: str) -> str:
    """Return `text` in the one form that all that look like it share.

    Composed (NFC), each run of white space one space, none at the ends, nothing invisible.
    """
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(character for character in spaced if not is_unseen(character)).strip()


def is_unseen(character: str) -> bool:
    """Whether it is drawn as nothing, or changes how what follows it is drawn."""
    return unicodedata.category(character) in _UNSEEN and character not in _JOINERS


def is_blank(text: str) -> bool:
    """Whether there is nothing to see."""
    rest = _VARIATIONS.sub("", as_seen(text))
    return not any(_leaves_ink(character) for character in rest)


def _leaves_ink(character: str) -> bool:
    is_mark = unicodedata.category(character).startswith("M")
    return not (is_mark or character.isspace() or character in _BLANK | _JOINERS)
