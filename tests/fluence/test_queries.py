"""What goes into a URL."""

import pytest

from controlpanel.fluence import FluenceClient
from controlpanel.fluence.queries import query, segment
from tests.fluence.raw_server import http, raw_server


def test_arrays_are_in_bracket_notation_and_absent_filters_left_out() -> None:
    written = query(ids=["a", "b"], status=(), name=None, page=2, clusterId="c")
    assert written == {"ids[0]": "a", "ids[1]": "b", "page": "2", "clusterId": "c"}


def test_filters_are_escaped_on_the_wire() -> None:
    with raw_server(http("200 OK", b'{"items": []}')) as server:
        FluenceClient("demo-key", server.url).vms.list(ids=["a"], name="100% &x=1")
    target = server.requests[0].split(b" ")[1]
    assert target == b"/v2/vms?ids%5B0%5D=a&name=100%25+%26x%3D1"


@pytest.mark.parametrize("bad", ["", ".", "..", "a/b", "a?b", "a b", "ü", "a\n"])
def test_an_id_cannot_change_the_path(bad: str) -> None:
    with pytest.raises(ValueError, match="An id is made of"):
        segment(bad)
