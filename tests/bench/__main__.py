"""`make bench`: measure the panel on this machine, and write docs/performance.md."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING

from .server import Valkey, environment

if TYPE_CHECKING:
    from controlpanel.accounts.models import User

    from .figures import Figure

# What figures begin with that are not of pages.
PARTS = ("layer_", "log_", "live_", "deploy_", "poll_")


def main() -> None:
    arguments = _arguments()
    with environment(arguments.database) as valkey:
        import django

        django.setup()
        run(arguments, valkey)


def run(arguments: argparse.Namespace, valkey: Valkey) -> None:
    from django.core.management import call_command

    from .data import fill
    from .report import report_write

    began, load = perf_counter(), os.getloadavg()[0]
    call_command("migrate", verbosity=0)
    owner = fill(vms=arguments.vms, entries=arguments.entries)
    print(f"filled in {perf_counter() - began:.0f} s", file=sys.stderr)  # noqa: T201
    figures = []
    for figure in _measured(arguments, owner, valkey):
        print(figure.line(), flush=True)  # noqa: T201
        figures.append(figure)
    if arguments.only == [""] and arguments.database == "postgres":
        report_write(figures, load=load, vms=arguments.vms, entries=arguments.entries)


def _measured(arguments: argparse.Namespace, owner: "User", valkey: Valkey) -> "Iterator[Figure]":
    from .deploying import deploying_figures
    from .layers import layer_figures
    from .live import live_figures
    from .log import log_figures
    from .pages import page_figures
    from .polling import polling_figures

    parts: dict[str, Callable[[], Iterator[Figure]]] = {
        "layer_": lambda: layer_figures(owner),
        "log_": log_figures,
        "live_": lambda: live_figures(owner, valkey),
        "deploy_": lambda: deploying_figures(owner),
        "poll_": lambda: polling_figures(owner),
    }
    of_pages = tuple(only for only in arguments.only if not only.startswith(PARTS))
    if of_pages:
        yield from page_figures(
            owner,
            rounds=arguments.rounds,
            seconds=arguments.seconds,
            only=lambda name: name.startswith(of_pages),
        )
    for prefix, figures in parts.items():
        if arguments.database == "postgres" and any(
            only.startswith(prefix) or not only for only in arguments.only
        ):
            yield from figures()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--vms", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument(
        "--only",
        nargs="*",
        default=[""],
        help=f"beginnings of figures' names; those that are no page's: {', '.join(PARTS)}",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
