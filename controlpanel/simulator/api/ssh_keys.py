"""SSH keys."""

from __future__ import annotations

from controlpanel.simulator import listing
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.public_keys import parse_public_key
from controlpanel.simulator.records import SSHKeyRecord
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.wire import Json, ssh_key_dto


@route("GET", "/v1/ssh_keys", scope="ssh_key:list")
def list_ssh_keys(call: Call) -> Json:
    ids = listing.uuids(call.query, "ids")
    own = [key for key in call.world.state.ssh_keys.values() if key.user_id == call.account.id]
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
    key = SSHKeyRecord(
        id=call.world.new_id(),
        user_id=call.account.id,
        name=name,
        public_key=text,
        algorithm=parsed.algorithm,
        fingerprint=parsed.fingerprint,
    )
    call.world.state.ssh_keys[key.id] = key
    call.world.changed()
    return ssh_key_dto(key)


@route("DELETE", "/v1/ssh_keys/{ssh_key_id}", scope="ssh_key:remove")
def delete(call: Call) -> Json:
    id_ = call.uuid_param("ssh_key_id")
    key = call.world.state.ssh_keys.get(id_)
    if key is None or key.user_id != call.account.id:
        raise ApiError("not_found", f"No such SSH key: {id_}.")
    del call.world.state.ssh_keys[id_]
    call.world.changed()
    return ssh_key_dto(key)
