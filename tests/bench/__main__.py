"""`make bench`: measure the panel on this machine, and write docs/performance.md."""

import argparse
import sys
from time import perf_counter

from .server import environment


def main() -> None:
    arguments = _arguments()
    with environment(arguments.database):
        import django

        django.setup()
        run(arguments)


def run(arguments: argparse.Namespace) -> None:
    from django.core.management import call_command

    from .data import fill
    from .pages import page_figures

    began = perf_counter()
    call_command("migrate", verbosity=0)
    owner = fill(vms=arguments.vms, entries=arguments.entries)
    print(f"filled in {perf_counter() - began:.0f} s", file=sys.stderr)  # noqa: T201
    for figure in page_figures(
        owner,
        rounds=arguments.rounds,
        seconds=arguments.seconds,
        only=lambda name: name.startswith(tuple(arguments.only)),
    ):
        print(figure.line(), flush=True)  # noqa: T201


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--vms", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--only", nargs="*", default=[""])
    return parser.parse_args()


if __name__ == "__main__":
    main()
