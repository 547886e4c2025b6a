"""Knowing a private key by its looks, so that it is stopped, never kept and never shown again.

`static/js/keys.js` does the same in the browser, so that it does not even leave the machine;
`tests/vms/key_texts.py` has what both must know.
"""

import base64
import binascii
import re
from collections.abc import Iterator

# The first and last lines of PEM, OpenSSH and SSH2 keys, and the heads of PuTTY's and old PEM's.
_MARKS = re.compile(
    r"PRIVATE KEY|PuTTY-User-Key-File|^\s*(Private-(Lines|MAC|Hash)|Proc-Type|DEK-Info):", re.M
)
_PUBLIC_MARKS = re.compile(r"\b(ssh-(rsa|dss|ed25519)|ecdsa-sha2-)|PUBLIC KEY|CERTIFICATE|sk-ssh-")
_BASE64_WORD = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
# Shorter words of these letters may be names; the lines of a key file have 64 or 70.
_LONG = 40
_ENCRYPTED_OIDS = (b"\x2a\x86\x48\x86\xf7\x0d\x01\x05", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c")
_PUBLIC_BLOB = "AAAA"


def holds_private_key(text: str, *, in_doubt: bool = True) -> bool:
    """Whether a text has a private key in it, or in doubt what may be a part of one.

    Base64 that belongs to nothing public may be: somebody who missed both the first and the last
    line of a file has a private key in the clipboard all the same. Names may look like that.
    """
    if _MARKS.search(text):
        return True
    in_doubt = in_doubt and not _PUBLIC_MARKS.search(text)
    return any(_is_private(run, in_doubt=in_doubt) for run in _base64_runs(text))


def _is_private(run: list[str], *, in_doubt: bool) -> bool:
    kind = _kind_of("".join(run))
    is_long = any(len(word) >= _LONG for word in run)
    return kind == "private" or (in_doubt and is_long and not kind)


def _base64_runs(text: str) -> Iterator[list[str]]:
    """Split off what stands together of base64: as lines, or as words where lines were joined."""
    run: list[str] = []
    for word in [*text.split(), "-"]:
        if _BASE64_WORD.fullmatch(word):
            run.append(word)
        elif run:
            yield run
            run = []


def _kind_of(text: str) -> str:
    """Tell by its first bytes what base64 holds: "private", "public", or "" for neither."""
    if text.startswith(_PUBLIC_BLOB):
        return "public"
    head = text.partition("=")[0][:64]
    try:
        start = base64.b64decode(head[: len(head) // 4 * 4])
    except binascii.Error:
        return ""
    if start.startswith(b"openssh-key-v1"):
        return "private"
    return _kind_of_der(start)


def _kind_of_der(start: bytes) -> str:
    """PKCS#1, PKCS#8 and SEC 1 begin with a version; encrypted PKCS#8 with how it is encrypted."""
    inner = _inside(start)
    if inner[:2] == b"\x02\x01":
        return "private"
    identifier = _inside(inner)
    if identifier[:1] != b"\x06":
        return ""
    return "private" if identifier[2:].startswith(_ENCRYPTED_OIDS) else "public"


def _inside(der: bytes) -> bytes:
    """Return what a sequence holds, as far as it is there; nothing if it is none."""
    if len(der) < 2 or der[0] != 0x30:
        return b""
    length_bytes = der[1] & 0x7F if der[1] & 0x80 else 0
    return der[2 + length_bytes :]
