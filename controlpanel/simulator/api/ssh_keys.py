"""SSH keys. The document lists only a JWT for them; API keys open them all the same."""

from __future__ import annotations

from controlpanel.simulator import listing
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.known_keys import register, registered
from controlpanel.simulator.owned import all_owned, owned_by_body, owned_by_path
from controlpanel.simulator.public_keys import parse_public_key
from controlpanel.simulator.records import SSHKeyRecord
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.wire import Json, ssh_key_dto


@route("GET", "/v1/ssh_keys", scope="ssh_key:list")
def list_ssh_keys(call: Call) -> Json:
    ids = listing.uuids(call.query, "ids")
    own = all_owned(call, call.world.state.ssh_keys)
    rows = [key for key in own if not ids or key.id in ids]
    return listing.page_of(rows, call.query, len(own), ssh_key_dto)


@route("POST", "/v1/ssh_keys", scope="ssh_key:create")
def create(call: Call) -> Json:
    fields = Fields(call.body)
    name, text = fields.text("name"), fields.text("publicKey").strip()
    try:
        parsed = parse_public_key(text)
    except ValueError as error:
        raise fields.wrong("publicKey", str(error)) from None
    if same := registered(call, parsed):
        raise ApiError("conflict", f"This public key is registered already, as {same.name}.")
    return ssh_key_dto(register(call, name, text, parsed))


@route("DELETE", "/v1/ssh_keys/{ssh_key_id}", scope="ssh_key:remove")
def delete(call: Call) -> Json:
    key = owned_by_path(call, call.world.state.ssh_keys, "ssh_key_id", "SSH key")
    return _delete(call, [key])[0]


@route("POST", "/v1/ssh_keys/delete", scope="ssh_key:remove")
def delete_many(call: Call) -> list[Json]:
    return _delete(call, owned_by_body(call, call.world.state.ssh_keys, "SSH key"))


def _delete(call: Call, keys: list[SSHKeyRecord]) -> list[Json]:
    for key in keys:
        del call.world.state.ssh_keys[key.id]
    call.world.changed()
    return [ssh_key_dto(key) for key in keys]
