"""The one way to ask for a change: now while the person waits, or by the workers, once per form."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from controlpanel.ui.messages import Message, say, say_all
from vms.core.dispatch import operation_dispatch
from vms.core.errors import NameTaken, NotAllowedNow, VMsError
from vms.core.revisions import revision_raise
from vms.models import Batch, Operation

from .begin import operations_begin
from .engine import operation_run
from .following import followers_note, following
from .gates import GATES
from .kind import Kind, Question
from .log import batch_record
from .once import sent_before
from .wishes import Asking, Intent, Wish


@dataclass(frozen=True, slots=True)
class Asked:
    """What was begun, and why other targets were left out, by their names."""

    operations: list[Operation]
    left_out: dict[str, Message] = field(default_factory=dict)

    @property
    def operation(self) -> Operation:
        """The one that was asked for while the person waited."""
        return self.operations[0]

    @property
    def batch(self) -> Batch | None:
        return self.operations[0].batch


def ask(kind: Kind, wishes: Iterable[Wish], asking: Asking) -> Asked:
    """Begin a change of one target and carry it out, or of many and leave them to the workers.

    The second time a form is sent it returns what the first has begun, as it stands.

    Raises:
        PermissionDenied: the actor may not ask for it.
        NoAccount: no account, or a read-only key.
        VMsError: it cannot be asked of the one target now, or not of any of the many.
    """
    question = Question(kind, wishes, asking)
    try:
        asked = _begin(question)
    except (IntegrityError, VMsError) as refusal:
        if sent := sent_before(asking.team, asking.key):
            return Asked(sent)
        if isinstance(refusal, IntegrityError):
            raise NameTaken(say("name_being_made")) from refusal
        raise
    return asked if question.batch else Asked([_run_while_waiting(kind, asked.operation)])


@transaction.atomic(durable=True)
def _begin(question: Question) -> Asked:
    """Commit all of it at once, in about as many statements for a hundred targets as for one."""
    for gate in GATES:
        gate(question)
    asking = question.asking
    question.batch = _batch(question)
    intents, left_out = _intents(question)
    if asking.batch:
        revision_raise(asking.team.pk)  # now: whoever locks the team locks it before the log
    for number, intent in enumerate(intents):
        intent.operation.form_key = f"{asking.key}:{number}" if asking.key else None
    followers = [follower for intent in intents for follower in following(intent)]
    followers_note([follower.operation for follower in followers])
    operations_begin([*intents, *followers])
    operations = [intent.operation for intent in intents]
    question.kind.begun(operations)
    if question.batch:
        _leave_to_workers(question.batch, operations, left_out, asking)
    return Asked(operations, left_out)


def _batch(question: Question) -> Batch | None:
    """What is asked of many is followed, stopped and asked for again together."""
    asking = question.asking
    if asking.batch or not asking.as_batch:
        return asking.batch
    return Batch.objects.create(
        team=asking.team,
        kind=question.kind.name,
        actor_data=asking.actor.as_json(),
        form_key=asking.key,
    )


def _intents(question: Question) -> tuple[list[Intent], dict[str, Message]]:
    """Prepare an operation on each target. Of many, those that cannot be changed are left out."""
    intents, left_out = list[Intent](), dict[str, Message]()
    for wish in question.kind.wishes(question):
        try:
            intents.append(question.kind.intent(wish, question))
        except VMsError as refusal:
            if question.batch is None:
                raise
            name = str(wish.target)
            left_out[name] = _named(name, refusal.message)
    if not intents:
        raise NotAllowedNow(_nothing(question, left_out))
    return intents, left_out


def _named(name: str, why: Message) -> Message:
    """Say why a target is left out, with its name in any case."""
    return why if name in str(why) else say("of_one", name=name, why=why)


def _nothing(question: Question, left_out: dict[str, Message]) -> Message:
    """Say why nothing at all can be done."""
    if not question.asking.batch:
        return say("vms_changed")
    return say_all(*left_out.values()) if left_out else say("nothing_left")


def _leave_to_workers(
    batch: Batch, operations: list[Operation], left_out: dict[str, Message], asking: Asking
) -> None:
    if left_out and batch is not asking.batch:
        batch.skipped = [{"name": name, "reason": why.as_json()} for name, why in left_out.items()]
        batch.save(update_fields=["skipped"])
    for operation in operations:
        operation_dispatch(operation.pk)
    batch_record(batch, asking.actor, asking.action, [each.target_name for each in operations])


def _run_while_waiting(kind: Kind, operation: Operation) -> Operation:
    operation = operation_run(operation.pk, patient=False)
    if operation.state == Operation.State.FAILED:
        with transaction.atomic():
            kind.told_beside_form(operation)
    return operation
