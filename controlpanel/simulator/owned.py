"""Finding what a request names, among what its account holds."""

from __future__ import annotations

from typing import TypeVar

from controlpanel.simulator.fields import Fields
from controlpanel.simulator.records import SSHKeyRecord, Thing, TopUpRecord
from controlpanel.simulator.router import ApiError, Call

T = TypeVar("T", bound=Thing | SSHKeyRecord | TopUpRecord)


def owned(call: Call, things: dict[str, T], id_: str, noun: str, field: str = "") -> T:
    """Return the account's thing with this id. What belongs to others is not found either."""
    thing = things.get(id_)
    if thing is None or thing.user_id != call.account.id:
        raise ApiError("not_found", f"{f'{field}: no' if field else 'No'} such {noun}: {id_}.")
    return thing


def owned_by_path(call: Call, things: dict[str, T], param: str, noun: str) -> T:
    return owned(call, things, call.uuid_param(param), noun)


def owned_by_body(call: Call, things: dict[str, T], noun: str, field: str = "ids") -> list[T]:
    """Return the things that an array in the body names, each once."""
    fields = Fields(call.body)
    fields.required(field)
    ids = dict.fromkeys(fields.uuids(field))
    return [owned(call, things, id_, noun, field) for id_ in ids]


def all_owned(call: Call, things: dict[str, T]) -> list[T]:
    return [thing for thing in things.values() if thing.user_id == call.account.id]
