"""Changes whose target has no row of its own: pages show the operation itself (`unsettled`)."""

from collections.abc import Sequence

from controlpanel.audit.services import Target
from vms.core.revisions import revision_raise
from vms.models import Operation

from .kind import Kind, Question
from .wishes import Wish


class KindWithoutRow(Kind):
    """`target_id` is Fluence's id, once it has one; `target_name` is what pages call it."""

    def wishes(self, question: Question) -> Sequence[Wish]:
        return question.targets

    def target(self, operation: Operation) -> Target:
        return Target(self.target_type, operation.target_id, operation.target_name)

    def note(self, operation: Operation) -> None:
        """Tell open pages that it stands otherwise than before."""
        revision_raise(operation.team_id)

    def refuse(self, operation: Operation) -> None:
        revision_raise(operation.team_id)
