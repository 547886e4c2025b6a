"""What of a page is not between the pseudo-language's marks."""

import re
from html.parser import HTMLParser

SHOWN_ATTRIBUTES = {"aria-label", "title", "placeholder", "alt", "data-label"}
UNSEEN = {"script", "style", "code", "template"}
WORD = re.compile(r"[A-Za-z]{2,}")


class _Page(HTMLParser):
    """Collects text outside the marks; a translated text may hold tags of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.unseen = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in UNSEEN
        for name, value in attrs:
            if name in SHOWN_ATTRIBUTES and value:
                self.found += outside(value)[0]

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            found, self.depth = outside(data, self.depth)
            self.found += found


def outside(text: str, depth: int = 0) -> tuple[list[str], int]:
    """Return the pieces of a text that are outside the marks, and how deep it ends in them."""
    pieces, start = [], 0
    for match in re.finditer("[⟦⟧]", text):
        if depth == 0:
            pieces.append(text[start : match.start()])
        depth = max(0, depth + (1 if match[0] == "⟦" else -1))
        start = match.end()
    if depth == 0:
        pieces.append(text[start:])
    return pieces, depth


def bare_words(html: str, data: re.Pattern[str]) -> list[str]:
    """Return what a page says without being asked for a translation, `data` left out."""
    page = _Page()
    page.feed(html)
    bare = (data.sub(" ", piece).strip() for piece in page.found)
    return [piece for piece in bare if WORD.search(piece)]
