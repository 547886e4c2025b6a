"""What is measured, what it may cost at most, and how a result is told."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the outcome. What does not apply to it is None, and left out of the line.

    `limit` is in the unit of `value`; for pages both count the yardstick's time. `fewer` is how
    many times as many requests the yardstick answers in the same time, with eight visitors.
    """

    figure: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    p50_ms: float | None = None
    rps_8: float | None = None
    fewer: float | None = None
    queries: int | None = None
    html_kb: float | None = None

    MOST_QUERIES = 8
    MOST_KB = 60.0

    @property
    def ok(self) -> bool:
        if (self.queries or 0) > 8 or (self.html_kb or 0) > 60:
            return False
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        """Return the figure as one line of JSON."""
        content = {name: value for name, value in asdict(self).items() if value is not None}
        content.pop("at_least")
        rounded = {n: round(v, 2) if isinstance(v, float) else v for n, v in content.items()}
        return json.dumps({**rounded, "ok": self.ok})
