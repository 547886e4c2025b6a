"""A chart of bars, each as long as its figure's share of its limit."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from .figures import Figure

ROW, TOP, LEFT, SCALE, WIDTH = 22, 34, 250, 300, 760
# Bars that would be longer than this many limits are cut there; the number beside them is true.
LONGEST = 1.3
GOOD, BAD, LINE, TEXT = "#2f8f6b", "#c2413b", "#8a8f98", "#30343b"


def share(figure: Figure) -> float:
    """Return how much of its limit a figure takes up: 1 is just allowed, more is too much."""
    limit = figure.limit or 1.0
    return limit / figure.value if figure.at_least else figure.value / limit


def chart(figures: Sequence[Figure]) -> str:
    """Return the chart as SVG, for figures that have a limit."""
    height = TOP + ROW * len(figures) + 10
    bottom = height - 8
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12">',
        "<title>Each figure as a share of its limit</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT + SCALE}" y="16" text-anchor="middle" fill="{TEXT}">limit</text>',
        *(line for row, figure in enumerate(figures) for line in _bar(row, figure)),
        f'<line x1="{LEFT + SCALE}" x2="{LEFT + SCALE}" y1="22" y2="{bottom}" stroke="{LINE}" '
        'stroke-dasharray="3 3"/>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _bar(row: int, figure: Figure) -> Iterator[str]:
    part, y = share(figure), TOP + ROW * row
    length = max(min(part, LONGEST) * SCALE, 1.0)
    color = GOOD if figure.ok else BAD
    yield (
        f'<text x="{LEFT - 8}" y="{y + 11}" text-anchor="end" fill="{TEXT}">'
        f"{escape(figure.figure)}</text>"
    )
    yield f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="14" rx="2" fill="{color}"/>'
    yield f'<text x="{LEFT + length + 6:.1f}" y="{y + 11}" fill="{TEXT}">{part:.0%}</text>'
