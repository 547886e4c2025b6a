"""Nothing grows too long to be read at one go."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings


def sources(*folders: str) -> list[Path]:
    paths = (path for folder in folders for path in (settings.BASE_DIR / folder).rglob("*.py"))
    return sorted(path for path in paths if "migrations" not in path.parts)


PRODUCT = sources("controlpanel", "vms")
VIEWS = [path for path in PRODUCT if {"views", "views.py"} & set(path.parts)]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function's name and lines, decorators apart."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno
            yield node.name, node.end_lineno - node.lineno + 1


@pytest.mark.parametrize(
    ("paths", "most"), [(PRODUCT + sources("tests"), 300), (VIEWS, 120)], ids=["all", "views"]
)
def test_files_are_short(paths: list[Path], most: int) -> None:
    assert paths
    assert {path for path in paths if len(path.read_text().splitlines()) > most} == set()


@pytest.mark.parametrize(("paths", "most"), [(PRODUCT, 40), (VIEWS, 25)], ids=["all", "views"])
def test_functions_are_short(paths: list[Path], most: int) -> None:
    assert paths
    lengths = [(path, *found) for path in paths for found in functions(path)]
    assert [found for found in lengths if found[2] > most] == []
