"""The bars of a month: as high as the amounts, and never out of the picture."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vms.billing.chart import LEFT, PLOT, TOP, WIDTH, chart_of
from vms.billing.selectors.spend import PARTS, Spend, SpentDay

AMOUNTS = st.lists(
    st.lists(st.decimals(-1000, 1_000_000, places=10), min_size=3, max_size=3),
    min_size=28,
    max_size=31,
)


def spend_of(days: list[list[Decimal]]) -> Spend:
    spent = [
        SpentDay(date(2026, 1, 1) + timedelta(days=number), sum(parts), parts, False, True)  # type: ignore[arg-type]
        for number, parts in enumerate(days)
    ]
    parts = [(part, Decimal(0)) for part in PARTS[:3]]
    nothing = Decimal(0)
    return Spend(spent, parts, nothing, nothing, None, None, None, None)


@given(AMOUNTS)
def test_every_bar_stays_within_and_its_pieces_meet(days: list[list[Decimal]]) -> None:
    for bar in chart_of(spend_of(days), [1, 2, 3]).bars:
        assert bar.x >= LEFT
        assert bar.x + bar.width <= WIDTH
        foot = TOP + PLOT
        for piece in bar.pieces:
            assert piece.y + piece.height == foot
            assert piece.y >= TOP
            assert piece.height > 0
            foot = piece.y


@pytest.mark.parametrize(
    ("most", "top"),
    [("0", "$0.10"), ("0.02", "$0.10"), ("23.4", "$30.00"), ("100", "$100.00"), ("9.1", "$10.00")],
)
def test_the_axis_ends_at_a_round_number(most: str, top: str) -> None:
    chart = chart_of(spend_of([[Decimal(most), Decimal(0), Decimal(0)]]), [1, 2, 3])
    assert [tick.label for tick in chart.ticks][::2] == ["$0.00", top]
