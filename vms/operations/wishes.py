"""Who asks for a change, how it is to be done, and what is asked of each target."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from vms.models import Batch, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks, and how it is to be done.

    `key` makes a form that is sent twice ask once. Without `as_batch` it is done while the person
    waits; with it by the workers, to be followed, stopped and asked for again together. `batch` is
    an earlier one, of which a part is asked for again; `action` is the batch's own in the log.
    """

    team: Team
    actor: Actor
    key: str | None = None
    as_batch: bool = False
    batch: Batch | None = None
    action: Action = Action.BATCH_BEGIN


@dataclass(frozen=True, slots=True, repr=False)
class Wish:
    """What is asked of one target. `secret` is sent to Fluence and kept nowhere: hence no repr.

    `target` is a row of the mirror, or whatever tells the kind what is to be made. `changes` is
    what the log keeps of it, field -> [before, after], where the kind cannot tell by itself.
    """

    target: Any
    request: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """An operation that is not begun yet; `changes` is what it asks: field -> [before, after].

    `then` are those that follow from it by themselves, once it has come to its end.
    """

    operation: Operation
    changes: dict[str, Any]
    then: Sequence["Intent"] = ()
