"""What is sent back for a request."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Answer:
    """What to send back. `status` None means to close the connection after `hold` seconds.

    `spoilt` tells a fault's answer from one that the API should give.
    """

    status: int | None
    payload: Any = None
    text: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    hold: float = 0.0
    spoilt: bool = False

    def freeze(self) -> None:
        """Write the payload now, while nobody else can change what it is made of."""
        self.text = self.body.decode()

    @property
    def body(self) -> bytes:
        if self.text is not None:
            return self.text.encode()
        return b"" if self.payload is None else json.dumps(self.payload).encode()


def error_answer(code: str, message: str, status: int) -> Answer:
    return Answer(status, {"code": code, "error": message})
