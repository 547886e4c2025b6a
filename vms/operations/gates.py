"""What may refuse a change before it is begun, whoever asks and however: each gate in turn.

Gates run in the transaction that begins the operations. Locks are taken in one order everywhere:
account, target, team (`revision_raise`), audit chain; so a gate locks no more than the account.
"""

from collections.abc import Callable

from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Team
from controlpanel.ui.messages import say
from vms.core.errors import NoAccount
from vms.models import FluenceAccount

from .kind import Question

Gate = Callable[[Question], None]


def permission_gate(question: Question) -> None:
    """Let those pass who may ask for it now.

    Raises:
        PermissionDenied: the actor may not.
    """
    permission_require(
        actor=question.asking.actor,
        team=question.asking.team,
        permission=question.kind.permission,
    )


def account_gate(question: Question) -> None:
    """Lock the team's account against disconnecting until the transaction ends.

    Raises:
        NoAccount: there is none, or its key may only read.
    """
    account = account_locked(question.asking.team)
    if account is None:
        raise NoAccount(say("no_account"))
    if not account.can_write:
        raise NoAccount(say("account_read_only"))
    question.account = account


GATES: list[Gate] = [permission_gate, account_gate]


def account_locked(team: Team) -> FluenceAccount | None:
    """Return the team's account, locked; rows that point at it can still be made meanwhile."""
    return FluenceAccount.objects.select_for_update(no_key=True).filter(team=team).first()
