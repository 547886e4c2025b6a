"""The bars of a month, a day each, as a page draws them in SVG: whole numbers of its own units."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from controlpanel.ui.money import usd

from .selectors.spend import Spend, SpentDay
from .words import day_label

WIDTH, HEIGHT = 960, 220
LEFT, TOP, BOTTOM = 64, 12, 28
PLOT = HEIGHT - TOP - BOTTOM
GAP = 4
# The least that the axis ends at, in USD: below, its labels would all read nothing.
LEAST_TOP = Decimal("0.1")
LABELLED_DAYS = {1, 5, 10, 15, 20, 25, 30}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar; `tone` is the number of its colour, from 1."""

    y: int
    height: int
    tone: int


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    middle: int
    width: int
    label: str
    day: SpentDay
    title: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Tick:
    y: int
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = TOP + PLOT
    foot: int = HEIGHT - 8
    tick_end: int = LEFT - 8


def chart_of(spend: Spend, tones: list[int]) -> Chart:
    """Draw a month; `tones` are the colours of its parts, in their order."""
    top = _top(max((day.total for day in spend.days), default=Decimal(0)))
    step = (WIDTH - LEFT) // 31
    bars = [
        Bar(
            x=LEFT + step * number + GAP // 2,
            middle=LEFT + step * number + step // 2,
            width=step - GAP,
            label=str(day.day.day) if day.day.day in LABELLED_DAYS else "",
            day=day,
            title=_title(day),
            pieces=_pieces(day, tones, top),
        )
        for number, day in enumerate(spend.days)
    ]
    ticks = [Tick(TOP + PLOT - _high(share * top, top), usd(share * top)) for share in _SHARES]
    return Chart(bars, ticks)


def _title(day: SpentDay) -> str:
    """Return what a bar tells of itself."""
    words = {"day": day_label(day.day), "amount": usd(day.total)}
    if day.is_so_far:
        return _("%(day)s: %(amount)s (so far)") % words
    return _("%(day)s: %(amount)s") % words


_SHARES = (Decimal(0), Decimal("0.5"), Decimal(1))


def _pieces(day: SpentDay, tones: list[int], top: Decimal) -> list[Piece]:
    """Stack the parts: each ends where the sum so far does, so that the whole is as high as it is.

    A credit, which is less than nothing, has no height.
    """
    pieces, below, reached = [], Decimal(0), 0
    for amount, tone in zip(day.parts, tones, strict=True):
        below += max(amount, Decimal(0))
        high = _high(below, top)
        if high > reached:
            pieces.append(Piece(TOP + PLOT - high, high - reached, tone))
        reached = high
    return pieces


def _high(amount: Decimal, top: Decimal) -> int:
    return min(int((amount / top * PLOT).to_integral_value(ROUND_HALF_UP)), PLOT)


def _top(most: Decimal) -> Decimal:
    """Return where the axis ends: at a round number that half of is round too."""
    if most <= LEAST_TOP:
        return LEAST_TOP
    unit = Decimal(1).scaleb(most.adjusted())
    return next(unit * times for times in (1, 2, 3, 4, 5, 6, 8, 10) if unit * times >= most)
