"""A strict reading of the vendor's JSON Schemas, as far as that document uses the language.

Stricter than a general validator in one point: a field that the schema does not declare is an
error, because the simulator must not invent any. A keyword not known here is an error too.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

Schema = dict[str, Any]

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
HINTS = {"description", "example", "title"}


class OpenApi:
    """The document. `problems` says where a value departs from a schema."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.paths: dict[str, Any] = document["paths"]
        self._schemas: dict[str, Schema] = document["components"]["schemas"]

    def answer_schema(self, operation: str, status: int) -> Schema:
        method, template = operation.split(" ")
        answers = self.paths[template][method.lower()]["responses"]
        if str(status) in answers:
            return dict(answers[str(status)]["content"]["application/json"]["schema"])
        assert status >= 400, f"{operation} may not answer {status}"
        return {"$ref": "#/components/schemas/ErrorBody"}

    def problems(self, schema: Schema, value: object, at: str = "$") -> Iterator[str]:
        for keyword, argument in schema.items():
            if keyword not in HINTS:
                check = getattr(self, "_" + keyword.removeprefix("$"))
                yield from check(argument, value, at, schema)

    def _ref(self, name: str, value: object, at: str, _: Schema) -> Iterator[str]:
        yield from self.problems(self._schemas[name.rpartition("/")[2]], value, at)

    def _type(self, names: str | list[str], value: object, at: str, _: Schema) -> Iterator[str]:
        names = [names] if isinstance(names, str) else names
        allowed = [kind for name in names for kind in TYPES[name]]
        if not any(type(value) is kind for kind in allowed):
            yield f"{at}: {value!r} is not {' or '.join(names)}"

    def _enum(self, choices: list[object], value: object, at: str, _: Schema) -> Iterator[str]:
        if value not in choices:
            yield f"{at}: {value!r} is not one of {choices}"

    def _format(self, name: str, value: object, at: str, _: Schema) -> Iterator[str]:
        if not isinstance(value, str) or name not in ("uuid", "date-time"):
            return
        try:
            UUID(value) if name == "uuid" else datetime.fromisoformat(value)
        except ValueError:
            yield f"{at}: {value!r} is no {name}"

    def _minimum(self, least: int, value: object, at: str, _: Schema) -> Iterator[str]:
        if isinstance(value, int) and value < least:
            yield f"{at}: {value} is less than {least}"

    def _required(self, names: list[str], value: object, at: str, _: Schema) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (f"{at}: {name} is missing" for name in names if name not in value)

    def _properties(
        self, schemas: dict[str, Schema], value: object, at: str, schema: Schema
    ) -> Iterator[str]:
        if not isinstance(value, dict):
            return
        for name, part in value.items():
            if name in schemas:
                yield from self.problems(schemas[name], part, f"{at}.{name}")
            elif "additionalProperties" not in schema:
                yield f"{at}: {name} is not declared"

    def _additionalProperties(  # noqa: N802
        self, schema: Schema, value: object, at: str, whole: Schema
    ) -> Iterator[str]:
        declared = whole.get("properties", {})
        for name, part in value.items() if isinstance(value, dict) else ():
            if name not in declared:
                yield from self.problems(schema, part, f"{at}.{name}")

    def _propertyNames(self, schema: Schema, value: object, at: str, _: Schema) -> Iterator[str]:  # noqa: N802
        for name in value if isinstance(value, dict) else ():
            yield from self.problems(schema, name, f"{at}, the name")

    def _items(self, schema: Schema, value: object, at: str, _: Schema) -> Iterator[str]:
        for number, part in enumerate(value) if isinstance(value, list) else ():
            yield from self.problems(schema, part, f"{at}[{number}]")

    def _uniqueItems(self, _: bool, value: object, at: str, __: Schema) -> Iterator[str]:  # noqa: N802
        if isinstance(value, list) and len({repr(part) for part in value}) < len(value):
            yield f"{at}: an item comes twice"

    def _oneOf(self, schemas: list[Schema], value: object, at: str, _: Schema) -> Iterator[str]:  # noqa: N802
        found = [list(self.problems(schema, value, at)) for schema in schemas]
        if sum(not problems for problems in found) != 1:
            yield from (problem for problems in found for problem in problems)
