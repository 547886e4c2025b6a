"""Who did it: a person, the panel itself, or Fluence (for what happened outside the panel)."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, copied as text into audit entries, so that it outlives the account.

    `kind` is "user", "system" or "fluence"; `id` is the user's id as text, else empty.
    `ip_address` and `request_id` are those of the web request, empty for background work.
    """

    kind: str
    id: str = ""
    name: str = ""
    role: str = ""
    ip_address: str = ""
    request_id: str = ""

    def as_json(self) -> dict[str, str]:
        """For an operation that a worker runs later in this person's name."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Actor":
        return cls(**data)


SYSTEM = Actor(kind="system", name="Panel")
FLUENCE = Actor(kind="fluence", name="Fluence")
