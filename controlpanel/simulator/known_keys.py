"""The public keys that an account has registered, and how a VM's request names them."""

from __future__ import annotations

from controlpanel.simulator.fields import Fields
from controlpanel.simulator.owned import all_owned, owned
from controlpanel.simulator.public_keys import PublicKey, parse_public_key
from controlpanel.simulator.records import SSHKeyRecord
from controlpanel.simulator.router import ApiError, Call, as_uuid


def registered(call: Call, key: PublicKey) -> SSHKeyRecord | None:
    """Return the account's record of a key. Whatever its comment is: the key itself counts."""
    own = all_owned(call, call.world.state.ssh_keys)
    return next((known for known in own if known.fingerprint == key.fingerprint), None)


def register(call: Call, name: str, text: str, key: PublicKey) -> SSHKeyRecord:
    record = SSHKeyRecord(
        id=call.world.new_id(),
        user_id=call.account.id,
        name=name,
        public_key=text,
        algorithm=key.algorithm,
        fingerprint=key.fingerprint,
    )
    call.world.state.ssh_keys[record.id] = record
    call.world.changed()
    return record


def keys_named(call: Call, fields: Fields, field: str) -> tuple[str, ...]:
    """Return the ids of the keys in an array of ids or, as the guide has it, names and raw keys.

    A raw key that is not registered yet will be, once everything else is in order: `make_keys`.
    """
    words = fields.array(field)
    return tuple(
        dict.fromkeys(
            _key_named(call, word, f"{fields.name_of(field)}[{n}]") for n, word in enumerate(words)
        )
    )


def make_keys(call: Call, keys: tuple[str, ...]) -> list[str]:
    """Register the raw keys among what `keys_named` gave; return the ids of all."""
    ids = [_made(call, key) if " " in key else key for key in keys]
    return list(dict.fromkeys(ids))


def _made(call: Call, text: str) -> str:
    key = parse_public_key(text)
    return (registered(call, key) or register(call, _name_of(text), text, key)).id


def _key_named(call: Call, word: object, where: str) -> str:
    own = all_owned(call, call.world.state.ssh_keys)
    named = next((key for key in own if key.name == word), None)
    if named:
        return named.id
    if isinstance(word, str) and " " in word.strip():
        return _raw_key(call, word.strip(), where)
    return owned(call, call.world.state.ssh_keys, as_uuid(word, where), "SSH key", where).id


def _raw_key(call: Call, text: str, where: str) -> str:
    try:
        known = registered(call, parse_public_key(text))
    except ValueError as error:
        raise ApiError("unprocessable_entity", f"{where}: {error}.") from None
    return known.id if known else text


def _name_of(text: str) -> str:
    """Return a raw key's comment, or else its algorithm."""
    algorithm, _, *comment = text.split(None, 2)
    return comment[0] if comment else algorithm
