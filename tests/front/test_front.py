"""What the front does for the pages, and what it keeps from them."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
import requests

from tests.stack import BASE_DIR

from .running import Front, Upstream

pytestmark = pytest.mark.stack
MiB = 2**20
STRANGER, PROXY = "10.9.8.0/24", "127.0.0.1/32"


@pytest.fixture
def front(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Front]:
    """By default a visitor comes by themselves: no proxy is trusted."""
    front = Front(tmp_path, TRUSTED_PROXIES=getattr(request, "param", STRANGER))
    copytree(BASE_DIR / "static" / "front", front.static / "front")
    with front:
        yield front


@pytest.fixture
def upstream(front: Front) -> Iterator[Upstream]:
    upstream = Upstream(front.upstream_port)
    yield upstream
    upstream.stop()


def test_what_is_too_large_is_refused_in_our_words_before_it_is_read(
    front: Front, upstream: Upstream
) -> None:
    answer = requests.post(f"{front.url}/t/acme/vms/new/", data=b"x" * (2 * MiB + 1), timeout=10)
    assert answer.status_code == 413
    assert "What you sent is too large" in answer.text
    assert upstream.seen == []
    assert requests.post(f"{front.url}/", data=b"x" * MiB, timeout=10).json()["bytes"] == MiB


def test_while_the_pages_are_away_it_says_so(front: Front) -> None:
    answer = requests.get(f"{front.url}/t/acme/vms/", timeout=20)
    assert answer.status_code == 502
    assert "The panel is being started" in answer.text
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_request_waits_for_pages_that_start_anew_and_is_sent_once(front: Front) -> None:
    came: list[requests.Response] = []

    def send() -> None:
        came.append(requests.post(f"{front.url}/t/acme/vms/new/", data={"a": "b"}, timeout=20))

    sending = threading.Thread(target=send)
    sending.start()
    time.sleep(0.5)
    upstream = Upstream(front.upstream_port)
    sending.join(20)
    upstream.stop()
    assert [answer.status_code for answer in came] == [200]
    assert len(upstream.seen) == 1


@pytest.mark.parametrize(
    ("front", "expected"), [(STRANGER, "127.0.0.1"), (PROXY, "203.0.113.9")], indirect=["front"]
)
def test_the_pages_hear_one_true_address(front: Front, upstream: Upstream, expected: str) -> None:
    said = {"X-Forwarded-For": "203.0.113.9", "X-Real-Ip": "198.51.100.1"}
    said["Forwarded"] = "for=192.0.2.1"
    headers = requests.get(f"{front.url}/", headers=said, timeout=10).json()["headers"]
    assert headers["X-Forwarded-For"] == expected
    assert {"X-Real-Ip", "Forwarded"} & headers.keys() == set()


@pytest.mark.parametrize("front", [PROXY], indirect=True)
@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_figures_and_details_are_not_for_the_outside(
    front: Front, upstream: Upstream, path: str
) -> None:
    def status(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        return requests.get(front.url + path, headers=headers, timeout=10).status_code

    assert status("203.0.113.9") == 404
    assert upstream.seen == []
    assert status("10.1.2.3") == 200


def test_files_with_a_hash_in_their_name_are_kept_for_a_year(front: Front) -> None:
    hashed = front.static / "css" / "a.0123456789ab.css"
    hashed.parent.mkdir()
    hashed.write_text("body { color: red }")
    Path(f"{hashed}.br").write_bytes(b"ready-made")
    (front.static / "css" / "a.css").write_text("body { color: red }")
    plain = requests.get(f"{front.url}/static/css/a.css", timeout=10)
    assert plain.headers["Cache-Control"] == "public, max-age=600"
    with requests.get(
        f"{front.url}/static/css/{hashed.name}",
        headers={"Accept-Encoding": "br"},
        stream=True,
        timeout=10,
    ) as answer:
        assert answer.raw.read() == b"ready-made"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "br"


def test_pages_are_compressed(front: Front, upstream: Upstream) -> None:
    answer = requests.get(f"{front.url}/", headers={"Accept-Encoding": "gzip"}, timeout=10)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.json()["filler"] == "x" * 2000
    assert "Server" not in answer.headers


def test_a_stream_is_not_held_back(front: Front, upstream: Upstream) -> None:
    with requests.get(f"{front.url}/t/acme/events/", stream=True, timeout=10) as stream:
        assert next(stream.iter_lines()) == b"event: ready"
        assert not upstream.let_go.is_set()
        upstream.let_go.set()


@pytest.mark.parametrize(
    "path",
    [
        "/invitations/SWORDFISH/",
        "/account/password/reset/7-diof3g-SWORDFISH/",
        "/account/signup/?next=%2F&invitation=SWORDFISH",
    ],
)
def test_the_access_log_holds_nothing_that_opens_a_door(
    front: Front, upstream: Upstream, path: str
) -> None:
    requests.get(front.url + path, cookies={"sessionid": "SWORDFISH"}, timeout=10)
    deadline = time.monotonic() + 10
    while path.split("/")[1] not in front.access_log.read_text():
        assert time.monotonic() < deadline, "nothing was logged"
        time.sleep(0.05)
    text = front.access_log.read_text()
    assert "SWORDFISH" not in text
    assert json.loads(text.splitlines()[-1])["status"] == 200
