"""docs/performance.md: a table for each part, and a chart of bars as long as they should be."""

from itertools import pairwise
from xml.etree import ElementTree as ET

from .chart import LONGEST, SCALE, chart, share
from .figures import Figure
from .report import PARTS, _busy, report

PAGE = Figure(
    "vm_list_10",
    1.5,
    "x list50",
    2.0,
    p50_ms=12.3,
    rps_8=140.2,
    fewer=1.62,
    queries=6,
    html_kb=41.0,
)
HEAVY = Figure("audit_1m", 1.2, "x list50", 2.0, p50_ms=9.0, rps_8=150.0, queries=9, html_kb=30.0)
APPENDS = Figure("log_appends", 1000.0, "entries/s", 500, at_least=True)
SLOW = Figure("poll_launched_to_database_p95", 12.5, "s", 5.0)
IDLE = Figure("live_idle_queries", 0, "queries", 0)
PLAIN = Figure("deploy_fluence_each", 4.0, "ms")
LAYER = Figure("layer_database", 40.8, "%")
ALL = [PAGE, HEAVY, LAYER, APPENDS, IDLE, PLAIN, SLOW]
SVG = "{http://www.w3.org/2000/svg}"


def written() -> str:
    return report(ALL, machine="2 cores", vms=100_000, entries=1_000_000)


def test_each_figure_is_a_row_with_its_limit_and_verdict() -> None:
    lines = written().splitlines()
    assert (
        "| vm_list_10 | 1.5 x list50 | ≤ 2 | yes | 12.3 ms | 140 | 1.6 x | 6 | 41.0 kB |" in lines
    )
    assert "| poll_launched_to_database_p95 | 12.5 s | ≤ 5 | **no** |" in lines
    assert "| log_appends | 1,000 entries/s | ≥ 500 | yes |" in lines
    assert "| live_idle_queries | 0 queries | ≤ 0 | yes |" in lines
    assert "| deploy_fluence_each | 4 ms |  | yes |" in lines


def test_too_many_queries_are_not_ok_however_quick_the_page() -> None:
    assert "**no**" in next(line for line in written().splitlines() if "audit_1m" in line)


def test_every_part_has_its_section_and_says_how_much_there_was() -> None:
    text = written()
    assert [title for title, _ in PARTS.values()] == [
        line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")
    ]
    assert "10 and 100,000 VMs, the long log 1,000,000 entries" in text
    assert "Measured on 2 cores." in text


def test_rows_of_a_table_have_as_many_cells_as_its_head() -> None:
    tables = [line for line in written().splitlines() if line.startswith("|")]
    for above, below in pairwise(tables):
        if not below.startswith("| Figure"):
            assert above.count("|") == below.count("|")


def test_a_bar_is_as_long_as_the_share_of_the_limit() -> None:
    root = ET.fromstring(chart([PAGE, APPENDS, SLOW]))  # noqa: S314 - our own
    bars = [float(rect.attrib["width"]) for rect in root.iter(f"{SVG}rect")][1:]
    assert bars == [0.75 * SCALE, 0.5 * SCALE, LONGEST * SCALE]
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert words == [
        *("limit", "vm_list_10", "75%", "log_appends", "50%"),
        *("poll_launched_to_database_p95", "250%"),
    ]
    assert share(SLOW) == 2.5


def test_bars_that_are_too_long_differ_in_colour() -> None:
    root = ET.fromstring(chart([PAGE, SLOW]))  # noqa: S314 - our own
    good, bad = [rect.attrib["fill"] for rect in root.iter(f"{SVG}rect")][1:]
    assert good != bad


def test_it_says_when_the_machine_was_busy_with_other_work() -> None:
    assert _busy(0.4) == ""
    assert "its load was 12 when the run began" in _busy(12.3)
