"""YAML as plain values, with the line of each key, and bounds for what unfolds from few lines."""

from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

# Of 16 KiB without aliases there cannot be more; with them there can be billions.
MOST_VALUES = 20_000
_MERGE = "tag:yaml.org,2002:merge"


class TooMuch(Exception):
    """Aliases unfold into more than anybody would look through."""


class Unreadable(Exception):
    """Not YAML. `line` counts from 0, None if it is not known."""

    def __init__(self, line: int | None) -> None:
        super().__init__(line)
        self.line = line


Path = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """The plain value, and the line (from 0) of every key and item by its path."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    # Keys that stand twice in one mapping, by the path of the second.
    doubled: list[Path] = field(default_factory=list)
    count: int = 0


def document_read(text: str) -> Document:
    """Read one YAML document.

    Raises:
        Unreadable: it is not YAML, or not one document.
        TooMuch: it unfolds beyond all measure.
    """
    document = Document()
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is not None:
            document.value = _plain(loader, node, (), document)
    except yaml.MarkedYAMLError as error:
        raise Unreadable(error.problem_mark.line if error.problem_mark else None) from error
    except (yaml.YAMLError, ValueError, TypeError, ArithmeticError) as error:
        # A control character, a date in no calendar: the library tells no line.
        raise Unreadable(None) from error
    except RecursionError as error:
        raise TooMuch from error
    return document


def _plain(loader: yaml.SafeLoader, node: Node, path: Path, document: Document) -> Any:  # noqa: ANN401
    document.count += 1
    if document.count > MOST_VALUES:
        raise TooMuch
    document.lines.setdefault(path, node.start_mark.line)
    if isinstance(node, MappingNode):
        return _mapping(loader, node, path, document)
    if isinstance(node, SequenceNode):
        return [
            _plain(loader, each, (*path, number), document)
            for number, each in enumerate(node.value)
        ]
    value = loader.construct_object(node)
    # Dates are text to cloud-init's schema.
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _mapping(
    loader: yaml.SafeLoader, node: MappingNode, path: Path, document: Document
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if key_node.tag == _MERGE:
            merged |= _merged(_plain(loader, value_node, path, document))
            continue
        key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
        here = (*path, key)
        if key in found:
            document.doubled.append(here)
        document.lines[here] = key_node.start_mark.line
        found[key] = _plain(loader, value_node, here, document)
    return merged | found


def _merged(value: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what `<<` brings: a mapping, or several of which the first has the last word."""
    found: dict[str, Any] = {}
    for each in reversed(value if isinstance(value, list) else [value]):
        found |= each if isinstance(each, dict) else {}
    return found
