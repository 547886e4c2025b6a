"""The vendor's OpenAPI document, and whether requests and answers keep to it.

Stricter than a general validator in one point: a field that the document does not declare is an
error, because neither the client nor the simulator may invent any.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from controlpanel.simulator.world import Exchange

PATH = Path(__file__).parents[3] / "shared" / "fluence" / "openapi-0.10.0.json"
MISSING = "the vendor's OpenAPI document is not beside the project: nothing to compare with"

GUIDE_FORMS = {
    "GET /v1/default_images": "GET /v1/storages/default_images",
    "GET /v1/vms": "GET /v2/vms",
    "PATCH /v1/vms": "PATCH /v2/vms/{vm_id}",
    "PATCH /v2/vms": "PATCH /v2/vms/{vm_id}",
    "POST /2/vms": "POST /v2/vms",
}
"""Only the vendor's guide has these; they answer as their counterparts in the document do."""

UNLISTED = {
    400: "the text on response codes gives it for all; default_images does not list it",
    401: "the text on authentication gives it for all; default_images does not list it",
    402: "ErrorCode has insufficient_balance, and no operation lists a status for it",
    403: "the text on response codes gives it for all; default_images does not list it",
    404: "the text on response codes gives it for all; few operations list it",
    409: "ErrorCode has conflict; a second key of the same material is answered so",
    406: "ErrorCode has not_acceptable (what allowedActions does not offer); nothing lists it",
    422: "the text on response codes gives it for all; default_images does not list it",
}
"""Statuses that are taken as documented everywhere, and why."""

Schema = dict[str, Any]

MOST = {
    **{f"u-int{bits}": 2**bits - 1 for bits in (8, 16, 32, 64)},
    **{f"int{bits}": 2 ** (bits - 1) - 1 for bits in (32, 64)},
}
"""By the names that the document gives to sizes of integers."""


class Document:
    """The document. The two `problems_of_` methods say where an exchange departs from it."""

    def __init__(self, text: str) -> None:
        self.raw: dict[str, Any] = json.loads(text)
        self._components = {"schemas": _closed(self.raw["components"]["schemas"])}
        self._validators: dict[str, Any] = {}

    @property
    def operations(self) -> dict[str, dict[str, Any]]:
        """Return all operations, as "GET /v2/vms" -> what the document says of it."""
        return {
            f"{method.upper()} {template}": operation
            for template, methods in self.raw["paths"].items()
            for method, operation in methods.items()
        }

    def problems_of_answer(self, exchange: Exchange) -> Iterator[str]:
        """Yield what is wrong with an answer that no fault has spoilt."""
        answer = exchange.answer
        operation = self._operation(exchange)
        if operation is None:
            if answer.status not in (404, 405):  # that there is no such thing, or no such method
                yield f"{answer.status} for an operation that is not in the document"
            return
        documented = operation["responses"].get(str(answer.status))
        if documented is None and answer.status not in UNLISTED:
            yield f"{answer.status} is no documented answer"
            return
        yield from self._problems_of_body(documented, exchange)

    def problems_of_request(self, exchange: Exchange) -> Iterator[str]:
        """Yield what is wrong with a request: its path, query and body."""
        operation = self._operation(exchange)
        if operation is None:
            yield "the document has no such operation"
            return
        if exchange.operation in GUIDE_FORMS:
            return
        parameters = operation.get("parameters", [])
        in_path = {p["name"]: p for p in parameters if p["in"] == "path"}
        in_query = {p["name"]: p for p in parameters if p["in"] == "query"}
        for name, value in exchange.params.items():
            yield from self._problems(in_path[name]["schema"], value, name)
        yield from self._problems_of_query(in_query, _arrays(exchange.query))
        body = operation.get("requestBody")
        if body is None and exchange.request:
            yield "has a body, and the document has none"
        elif body is not None:
            schema = body["content"]["application/json"]["schema"]
            yield from self._problems(schema, json.loads(exchange.request or b"null"), "body")

    def _operation(self, exchange: Exchange) -> dict[str, Any] | None:
        name = GUIDE_FORMS.get(exchange.operation, exchange.operation)
        return self.operations.get(name)

    def _problems_of_body(
        self, documented: dict[str, Any] | None, exchange: Exchange
    ) -> Iterator[str]:
        answer = exchange.answer
        media_type = answer.headers.get("Content-Type", "application/json")
        if documented is None:
            error: Schema = {"$ref": "#/components/schemas/ErrorBody"}
            yield from self._problems(error, json.loads(answer.body), "answer")
        elif not documented.get("content"):
            if answer.body:
                yield "has a body, and the document has none"
        elif media_type not in documented["content"]:
            yield f"is {media_type}, which the document does not have"
        elif media_type == "application/json":
            schema = documented["content"][media_type]["schema"]
            yield from self._problems(schema, json.loads(answer.body), "answer")

    def _problems_of_query(
        self, declared: dict[str, Any], query: dict[str, list[str]]
    ) -> Iterator[str]:
        for name, parameter in declared.items():
            if parameter.get("required") and name not in query:
                yield f"{name}: is required"
        for name, values in query.items():
            if name not in declared:
                yield f"{name}: is not declared"
                continue
            schema = self._resolved(declared[name]["schema"])
            is_array = schema.get("type") == "array"
            if len(values) > 1 and not is_array:
                yield f"{name}: comes more than once"
            item = self._resolved(schema["items"]) if is_array else schema
            for value in values:
                yield from self._problems(item, _typed(item, value), name)

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._components["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def _problems(self, schema: Schema, value: object, where: str) -> Iterator[str]:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft202012Validator(
                {"components": self._components, "allOf": [schema]},
                validate_formats=True,
                mask="…",  # a request may hold a secret
            )
        for error in self._validators[key].iter_errors(value):
            at = "".join(f"[{part!r}]" for part in error.instance_path)
            yield f"{where}{at}: {error.message}"


@cache
def document() -> Document | None:
    """Return the document; None where it is not beside the project."""
    return Document(PATH.read_text()) if PATH.exists() else None


def _closed(schemas: dict[str, Schema]) -> dict[str, Schema]:
    """Return the schemas with every object closed to fields that it does not declare."""
    in_all_of = {
        part["$ref"].rpartition("/")[2]
        for schema in _parts(schemas)
        for part in schema.get("allOf", [])
        if "$ref" in part
    }
    return {name: _closing(s, inside=name in in_all_of) for name, s in schemas.items()}


def _closing(value: Any, *, inside: bool = False) -> Any:  # noqa: ANN401
    """Close an object, but for the parts of an `allOf`, which are closed together."""
    if isinstance(value, list):
        return [_closing(part) for part in value]
    if not isinstance(value, dict):
        return value
    closed = {
        key: [_closing(each, inside=True) for each in part] if key == "allOf" else _closing(part)
        for key, part in value.items()
    }
    if value.get("format") in MOST:
        closed["maximum"] = MOST[value["format"]]
    declares = "allOf" in value or isinstance(value.get("properties"), dict)
    if declares and not inside and "additionalProperties" not in value:
        closed["unevaluatedProperties"] = False
    return closed


def _parts(value: object) -> Iterator[Schema]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _parts(part)


def _arrays(query: dict[str, list[str]]) -> dict[str, list[str]]:
    """Join what bracket notation has taken apart: `ids[0]=a&ids[1]=b`."""
    joined: dict[str, list[str]] = {}
    for name, values in query.items():
        joined.setdefault(re.sub(r"\[\d+\]$", "", name), []).extend(values)
    return joined


def _typed(schema: Schema, value: str) -> object:
    """Return a query's text as what its schema says it is, or as it came if it is not that."""
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value
