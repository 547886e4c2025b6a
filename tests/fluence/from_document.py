"""Answers made up from the vendor's schemas, as far as the document uses their language."""

import re
from typing import Any

from hypothesis import strategies as st

from tests.fluence.wire import MOMENTS

Schema = dict[str, Any]

FORMATS = {
    "uuid": st.uuids().map(str),
    "date-time": MOMENTS.map(lambda moment: f"{moment.replace(tzinfo=None).isoformat()}Z"),
}
AMOUNT = st.decimals(0, 9999, places=4).map(str)
AMOUNTS = {"total", "totalCost", "totalUsageHours", "quantity"}
"""Text that is a number: the document does not say so, but the guide does."""


class Answers:
    """Makes answers of what the document says of an operation."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas: dict[str, Schema] = document["components"]["schemas"]
        self._made: dict[str, st.SearchStrategy[Any]] = {}

    def of(self, schema: Schema) -> st.SearchStrategy[Any]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in self._made:
                self._made[name] = self.of(self._schemas[name])
            return self._made[name]
        if "oneOf" in schema:
            return st.one_of([self.of(each) for each in schema["oneOf"]])
        if "allOf" in schema:
            return st.tuples(*map(self.of, schema["allOf"])).map(
                lambda parts: {key: value for part in parts for key, value in part.items()}
            )
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return st.one_of([self._of_type(kind, schema) for kind in kinds])

    def _of_type(self, kind: str, schema: Schema) -> st.SearchStrategy[Any]:
        match kind:
            case "null":
                return st.none()
            case "boolean":
                return st.booleans()
            case "integer":
                return st.integers(schema.get("minimum", 0), 10_000)
            case "array":
                return st.lists(self.of(schema["items"]), max_size=2)
            case "object":
                return self._object(schema)
        return self._text(schema)

    def _text(self, schema: Schema) -> st.SearchStrategy[str]:
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        example = schema.get("example")
        if example is not None and re.fullmatch(r"[0-9a-f-]{32,36}", example):
            return FORMATS["uuid"]
        # The document has no other sign of what is an amount or a moment.
        if example is not None and (example[:4].isdigit() or example.replace(".", "").isdigit()):
            return st.just(example)
        return st.text()

    def _object(self, schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
        fields = {
            name: _amount_or_null(part) if name in AMOUNTS else self.of(part)
            for name, part in schema.get("properties", {}).items()
        }
        required = set(schema.get("required", ()))
        declared = st.fixed_dictionaries(
            {name: made for name, made in fields.items() if name in required},
            optional={name: made for name, made in fields.items() if name not in required},
        )
        more = schema.get("additionalProperties")
        if not isinstance(more, dict):
            return declared
        extra = st.dictionaries(st.uuids().map(str), self.of(more), max_size=2)
        return st.tuples(extra, declared).map(lambda parts: parts[0] | parts[1])


def _amount_or_null(schema: Schema) -> st.SearchStrategy[Any]:
    return AMOUNT | st.none() if "null" in schema["type"] else AMOUNT
