"""Every answer type reads what may come, and fails in one way on what cannot be read."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controlpanel.fluence import FluenceError, MalformedAnswer, OutcomeUnknown, Profile
from controlpanel.fluence.answers import CheckedAnswer
from controlpanel.fluence.failures import Call
from controlpanel.fluence.texts import clean
from controlpanel.fluence.types.base import Answer
from controlpanel.fluence.types.unions import Variant
from tests.fluence.wire import JSON, answer_types, path_of, wire, without

ENDPOINTS = {False: "GET /v1/things", True: "POST /v1/things"}
KIND_OF_ERROR: dict[bool, type[FluenceError]] = {False: MalformedAnswer, True: OutcomeUnknown}
KINDS = answer_types()
# A union's members are read as part of what they belong to.
WHOLE = [kind for kind in KINDS if not issubclass(kind, Variant)]
few = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
every_kind = pytest.mark.parametrize("kind", WHOLE, ids=lambda kind: kind.__name__)


def read(kind: type[Answer], data: object, *, changes: bool = False) -> Answer:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    call = Call("POST" if changes else "GET", "/v1/things", "abc123", changes)
    return CheckedAnswer(call, 200, content).one(kind)


def error_of(kind: type[Answer], data: object, *, changes: bool = False) -> FluenceError | None:
    try:
        read(kind, data, changes=changes)
    except FluenceError as error:
        return error
    return None


def test_the_types_are_found() -> None:
    assert len(WHOLE) > 30
    assert {kind.__name__ for kind in KINDS} >= {"VM", "SecurityGroup", "TopUp", "PortRange"}


@every_kind
@few
@given(data=st.data())
def test_what_is_absent_null_new_or_unheard_of_is_read(
    kind: type[Answer], data: st.DataObject
) -> None:
    sent = data.draw(wire(kind))
    answer = read(kind, sent)
    for name, field in kind.model_fields.items():
        came = _at(sent, path_of(kind, name))
        if isinstance(came, str) and field.annotation is str:
            assert getattr(answer, name) == clean(came), "kept as it was spelt"


@every_kind
@settings(few, max_examples=3)
@given(data=st.data(), null=st.booleans())
def test_what_cannot_be_done_without_is_named_with_the_endpoint(
    kind: type[Answer], data: st.DataObject, null: bool
) -> None:
    whole = data.draw(wire(kind))
    for name in (name for name, field in kind.model_fields.items() if field.is_required()):
        sent = without(kind, whole, name, *([None] if null else []))
        for changes, expected in KIND_OF_ERROR.items():
            with pytest.raises(expected) as caught:
                read(kind, sent, changes=changes)
            assert ENDPOINTS[changes] in str(caught.value)
            assert path_of(kind, name)[-1] in caught.value.message


@every_kind
@few
@given(data=st.data(), value=JSON)
def test_whatever_stands_in_a_field_is_read_or_named(
    kind: type[Answer], data: st.DataObject, value: object
) -> None:
    name = data.draw(st.sampled_from(sorted(kind.model_fields)))
    error = error_of(kind, without(kind, data.draw(wire(kind)), name, value))
    if error is not None:
        assert type(error) is MalformedAnswer
        assert path_of(kind, name)[0] in error.message
        assert ENDPOINTS[False] in str(error)


@every_kind
@few
@given(body=JSON.map(lambda value: json.dumps(value).encode()) | st.binary())
def test_whatever_comes_as_the_body_is_read_or_one_error(kind: type[Answer], body: bytes) -> None:
    for changes, expected in KIND_OF_ERROR.items():
        error = error_of(kind, body, changes=changes)
        assert error is None or type(error) is expected


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-11:00", 1e300, "Thursday"]
)
def test_a_moment_outside_the_calendar_is_malformed(moment: object) -> None:

    with pytest.raises(MalformedAnswer, match="updatedAt"):
        read(Profile, {"updatedAt": moment})


@pytest.mark.parametrize(
    "body", [b"1" * 5000, b'{"updatedAt": 1e999999}', b"[" * 100_000, b"\xff", b""]
)
def test_json_that_no_server_should_send_is_malformed(body: bytes) -> None:

    error = error_of(Profile, body)
    assert type(error) is MalformedAnswer
    assert error.code == "unreadable_answer"


def _at(data: object, path: list[str]) -> object:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data
