"""Whoever changes something at Fluence handles that nobody may know whether it was done.

Two things hold that together. The type checker refuses a change on an ordinary client, so that
`for_changes()` is the only way to one. And the tests here look at who calls `for_changes()`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from mypy import api

from controlpanel.fluence.endpoints import client_changes

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "controlpanel" / "fluence"
PRODUCT = sorted(
    path
    for folder in ("controlpanel", "vms")
    for path in (ROOT / folder).rglob("*.py")
    if CLIENT not in path.parents
)

CODE = """
from controlpanel.fluence import Changes, FluenceClient

def reading(client: FluenceClient) -> None:
    client.vms.get("1").name
    changing(client.for_changes())
    {changes}

def changing(client: FluenceClient[Changes]) -> None:
    client.vms.get("1").name
    client.vms.terminate("1").name
"""


def test_the_type_checker_refuses_changes_on_an_ordinary_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    methods = sorted(client_changes())
    code = CODE.format(changes="; ".join(f"client.{method}" for method in methods))
    # Silent on other modules: `make check` reads those. Without a cache: from a warm one, mypy
    # 2.4 no longer reads that a method's `self` is of one kind of client only.
    options = ["--strict", "--config-file=", "--follow-imports=silent", "--no-error-summary"]
    said, problem, _ = api.run([*options, "--cache-dir=/dev/null", "-c", code])
    assert not problem
    for line in said.splitlines():
        assert "Invalid self argument" in line
    assert len(said.splitlines()) == len(methods)


def test_every_way_to_a_change_handles_an_unknown_outcome() -> None:
    places = [place for path in PRODUCT for place in _calls(_tree(path), "for_changes")]
    assert places, "nobody changes anything"
    for path in PRODUCT:
        tree = _tree(path)
        for place in _calls(tree, "for_changes"):
            assert _is_guarded(tree, place), f"{path.relative_to(ROOT)}, line {place.lineno}"


def test_only_what_an_operation_sends_may_change_something() -> None:
    for path in PRODUCT:
        names = [
            node for node in ast.walk(_tree(path)) if isinstance(node, ast.Name | ast.Attribute)
        ]
        uses = [
            node
            for node in names
            if "Changes" in (getattr(node, "id", ""), getattr(node, "attr", ""))
        ]
        for use in uses:
            function = _enclosing_function(_tree(path), use.lineno)
            where = f"{path.relative_to(ROOT)}, line {use.lineno}"
            assert {path.stem, path.parent.name} & {"kind", "kinds"}, where
            assert function is not None, where
            assert function.name == "send", where


def test_no_change_slips_past_the_type_checker() -> None:
    """`Any` and `type: ignore` are how one could; neither is used for a client."""
    for path in PRODUCT:
        for line in path.read_text().splitlines():
            assert not ("client" in line and "type: ignore" in line), f"{path}: {line}"
            assert "client: Any" not in line, f"{path}: {line}"


def _tree(path: Path) -> ast.Module:
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    return tree


def _calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if name in (getattr(called, "attr", None), getattr(called, "id", None)):
                yield node


def _enclosing_function(tree: ast.Module, line: int) -> ast.FunctionDef | None:
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(found, key=lambda node: node.lineno, default=None)


def _is_guarded(tree: ast.Module, node: ast.AST) -> bool:
    """Whether an OutcomeUnknown is caught here, or by all who call the function it is in."""
    child, parent = node, getattr(node, "parent", None)
    while parent is not None:
        if isinstance(parent, ast.Try) and child in parent.body and _catches(parent):
            return True
        if isinstance(parent, ast.FunctionDef):
            callers = list(_calls(tree, parent.name))
            return bool(callers) and all(_is_guarded(tree, caller) for caller in callers)
        child, parent = parent, getattr(parent, "parent", None)
    return False


def _catches(block: ast.Try) -> bool:
    """Whether OutcomeUnknown is the first of the client's errors that it catches."""
    caught = [ast.unparse(handler.type) for handler in block.handlers if handler.type]
    of_client = [name for name in caught if name in ("OutcomeUnknown", "FluenceError", "Exception")]
    return of_client[:1] == ["OutcomeUnknown"]
