"""What schemathesis must be told that the vendor's document leaves out."""

from typing import Any

import schemathesis

from tests.contract.document import MOST, UNLISTED

ERROR = {
    "description": "",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}},
}

API_KEY_TOO = ("/v1/ssh_keys", "/v1/subnets", "/v1/vpcs/{vpc_id}/subnets")
"""Listed with a JWT only; the vendor's Terraform provider uses them with an API key."""

MADE_BY = {
    "vm_id": ("/v2/vms", "200", "id"),
    "storage_id": ("/v1/storages", "200", "id"),
    "public_ip_id": ("/v1/public_ips", "200", "id"),
    "vpc_id": ("/v1/vpcs", "200", "id"),
    "subnet_id": ("/v1/vpcs/{vpc_id}/subnets", "200", "id"),
    "security_group_id": ("/v1/security_groups", "200", "id"),
    "ssh_key_id": ("/v1/ssh_keys", "200", "id"),
    "intent_id": ("/v2/top-ups", "201", "intentId"),
}
"""Where the ids in paths come from. The document has no links; stateful tests follow these."""


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    _bound(raw_schema)
    for template, methods in raw_schema["paths"].items():
        for method, operation in methods.items():
            _link(raw_schema, template, method)
            for status in UNLISTED:
                operation["responses"].setdefault(str(status), ERROR)
            if template.startswith(API_KEY_TOO) and "security" in operation:
                [way] = [scopes for each in operation["security"] for scopes in each.values()]
                operation["security"].append({"api_key": way})


def _bound(part: object) -> None:
    """Give integers the bounds that the document only names ("u-int64")."""
    if isinstance(part, dict):
        if part.get("format") in MOST:
            part.setdefault("maximum", MOST[part["format"]])
        for inner in part.values():
            _bound(inner)
    elif isinstance(part, list):
        for inner in part:
            _bound(inner)


def _link(raw_schema: dict[str, Any], template: str, method: str) -> None:
    """Let what is made lead to the operations that take its id in their paths."""
    for parameter, (path, status, field) in MADE_BY.items():
        if f"{{{parameter}}}" in template:
            source = raw_schema["paths"][path]["post"]["responses"][status]
            reference = template.replace("~", "~0").replace("/", "~1")
            source.setdefault("links", {})[f"{method} {template}"] = {
                "operationRef": f"#/paths/{reference}/{method}",
                "parameters": {f"path.{parameter}": f"$response.body#/{field}"},
            }
