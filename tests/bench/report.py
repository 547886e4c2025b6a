"""docs/performance.md and its chart, written from the figures of a whole run."""

import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import connection

from tests.stack import BASE_DIR

from .chart import chart
from .figures import Figure

# More processes at work than this, and times say little about the panel.
MUCH_LOAD = 1.0
FOLDER = BASE_DIR / "docs"
INTRODUCTION = """# Performance

Written by `make bench`, which measures the panel as `manage.py run` starts it, against the
simulator, PostgreSQL and Valkey. Do not edit it: run the command again.

Measured on {machine}.

![Each figure as a share of its limit](performance.svg)
"""
PARTS = {
    "": (
        "Pages",
        "The yardsticks are what Django itself costs, measured in the same run: `floor_authed` and "
        "`floor_list50` are a view for somebody logged in, and a plain table of 50 of 1,000 rows, "
        "of a project as `startproject` makes it, by gunicorn with two processes, behind a front "
        "like the panel's. `authed` is a bare view of the panel. A page's value is how many times "
        "its yardstick's time it takes (p50 of one visitor, who asks for both in turns); beside "
        "its requests/s with eight visitors stands how many times as many the yardstick answers. "
        "The teams have 10 and {vms:,} VMs, the long log {entries:,} entries. At most 8 queries "
        "and 60 kB of HTML are allowed.",
    ),
    "layer_": (
        "A bare page by layer",
        "Where the time of `authed` goes within a process, each layer without what it calls: "
        "profiled, so that what makes many small calls looks larger than it is.",
    ),
    "log_": (
        "The audit log",
        "Eight writers append to logs of eight teams, each entry in a transaction of its own: how "
        "many times as long as a plain row takes, inserted in the same way (the quicker the disk, "
        "the more: an entry is mostly computed). The log of "
        "{entries:,} entries is verified from its first to its last: how many times as long as "
        "reading it takes.",
    ),
    "live_": (
        "Live pages",
        "500 open tabs on one stream process. Queries are those of all processes in five idle "
        "seconds; a change is told to all tabs, in times of the quarter of a second for which "
        "changes are gathered; then Valkey is stopped and started again, in times of the five "
        "seconds after which a silent connection is looked at.",
    ),
    "deploy_": (
        "Deploying 100 VMs",
        "One request asks for them, a worker makes one after the other. The overhead is what that "
        "takes for each beyond the same call sent by nothing but a connection, in plain rows "
        "inserted each in a transaction of its own.",
    ),
    "poll_": (
        "Polling",
        "10,000 VMs of 100 teams launch at once, in one to two minutes as at Fluence. Measured is "
        "how long after its launch another connection finds a VM launched in the database, also in "
        "times of the pause after which a VM of its age is asked about, and how much later its "
        "row is in an open tab, in times of the quarter of a second for which changes are "
        "gathered.",
    ),
}


def report_write(figures: Sequence[Figure], *, load: float, vms: int, entries: int) -> None:
    """Write the report and its chart into docs/. `load` is the machine's when the run began."""
    limited = [figure for figure in figures if figure.limit]
    (FOLDER / "performance.svg").write_text(chart(limited))
    text = report(figures, machine=_machine() + _busy(load), vms=vms, entries=entries)
    (FOLDER / "performance.md").write_text(text)


def report(figures: Sequence[Figure], *, machine: str, vms: int, entries: int) -> str:
    blocks = [INTRODUCTION.format(machine=machine)]
    for prefix, (title, words) in PARTS.items():
        rows = [figure for figure in figures if _part(figure) == prefix]
        if rows:
            text = words.format(vms=vms, entries=entries)
            blocks.append("\n".join((f"## {title}\n", text, "", *_table(rows), "")))
    return "\n".join(blocks)


def _part(figure: Figure) -> str:
    return next((prefix for prefix in PARTS if prefix and figure.figure.startswith(prefix)), "")


def _table(figures: Sequence[Figure]) -> Iterator[str]:
    of_pages = any(figure.p50_ms for figure in figures)
    extra = " p50 | requests/s | yardstick's | queries | HTML |" if of_pages else ""
    yield f"| Figure | Value | Limit | OK |{extra}"
    yield "|---|--:|--:|---|" + ("--:|--:|--:|--:|--:|" if of_pages else "")
    for figure in figures:
        limit = "" if figure.limit is None else f"{_sign(figure)} {_number(figure.limit)}"
        verdict = "yes" if figure.ok else "**no**"
        row = f"| {figure.figure} | {_number(figure.value)} {figure.unit} | {limit} | {verdict} |"
        yield row + (_of_page(figure) if of_pages else "")


def _of_page(figure: Figure) -> str:
    cells = (
        f"{figure.p50_ms:.1f} ms" if figure.p50_ms else "",
        f"{figure.rps_8:.0f}" if figure.rps_8 else "",
        f"{figure.fewer:.1f} x" if figure.fewer else "",
        "" if figure.queries is None else str(figure.queries),
        f"{figure.html_kb:.1f} kB" if figure.html_kb else "",
    )
    return "".join(f" {cell} |" for cell in cells)


def _sign(figure: Figure) -> str:
    return "≥" if figure.at_least else "≤"


def _number(value: float) -> str:
    """Write a number as people read it: 3 digits are enough."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgresql = cursor.fetchone()[0].split()[0]
    return (
        f"{os.cpu_count()} cores ({_processor()}) and {memory:.0f} GiB of memory, with "
        f"Python {platform.python_version()}, PostgreSQL {postgresql} and Valkey {_valkey()}, "
        "all on the one machine"
    )


def _busy(load: float) -> str:
    if load < MUCH_LOAD:
        return ""
    return (
        f". Other work was going on there: its load was {load:.0f} when the run began, so that "
        "times are longer than they need be"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _valkey() -> str:
    from controlpanel.maintenance.figures import broker

    info = broker().info("server")
    return str(info.get("valkey_version") or info["redis_version"])
