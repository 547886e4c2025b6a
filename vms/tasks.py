"""Celery's doorways: each loads by id and calls a service. Any may run twice, late or never."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from celery import shared_task
from celery.signals import worker_shutting_down

from vms.core.dispatch import task_send
from vms.core.lanes import CHANGES, READS

from .billing.services import low_balance_tell
from .mirror import catalogue, newcomers, polling, reconcile
from .models import Operation
from .operations import drafts, engine, following, settling


@shared_task
def operation_run(operation_id: str) -> None:
    _in_lane(UUID(operation_id), partial(engine.operation_run, patient=True))


@shared_task
def operation_settle(operation_id: str) -> None:
    _in_lane(UUID(operation_id), settling.operation_settle)


def _in_lane(operation_id: UUID, job: Callable[[UUID], object]) -> None:
    account_id = Operation.objects.filter(pk=operation_id).values_list("account_id", flat=True)
    CHANGES.run(account_id.first(), operation_id, partial(job, operation_id))


@worker_shutting_down.connect
def _drop_waiting(**_: object) -> None:
    CHANGES.drop_waiting()
    READS.drop_waiting()


@shared_task
def operations_resume() -> None:
    """Beat: hand on what waits, and take over what a dead process left."""
    settling.operations_orphaned()
    following.followers_release()
    for operation_id, is_unknown in settling.operations_due():
        name = "operation_settle" if is_unknown else "operation_run"
        task_send(f"vms.tasks.{name}", str(operation_id))


@shared_task
def poll_due() -> None:
    """Beat: one task for each account that has VMs to ask about."""
    accounts, claim = polling.accounts_claim()
    for account_id in accounts:
        task_send("vms.tasks.account_poll", str(account_id), claim.isoformat())


@shared_task
def account_poll(account_id: str, claim: str) -> None:
    pk, claimed = UUID(account_id), datetime.fromisoformat(claim)
    READS.run(pk, ("poll", pk), lambda: polling.account_poll(pk, claimed))


@shared_task
def reconcile_due() -> None:
    """Beat: one task for each account whose reconcile is due."""
    polling.answers_forget()
    for account_id in reconcile.accounts_due():
        task_send("vms.tasks.account_reconcile", str(account_id))


@shared_task
def account_reconcile(account_id: str) -> None:
    pk = UUID(account_id)
    READS.run(pk, ("reconcile", pk), lambda: _reconciled(pk))


def _reconciled(account_id: UUID) -> None:
    reconcile.account_reconcile(account_id)
    low_balance_tell(account_id)


@shared_task
def newest_due() -> None:
    """Beat: one task for each account whose newest VMs are to be looked at."""
    for account_id in newcomers.accounts_due():
        task_send("vms.tasks.newest_read", str(account_id))


@shared_task
def newest_read(account_id: str) -> None:
    pk = UUID(account_id)
    READS.run(pk, ("newest", pk), lambda: newcomers.newest_read(pk))


@shared_task
def account_connected(account_id: str) -> None:
    """A team has just connected a key: show what is there without waiting for the next beat."""
    catalogue_due()
    reconcile.account_reconcile(UUID(account_id))


@shared_task
def catalogue_due() -> None:
    """Beat: read the catalogue when it is due."""
    if catalogue.catalogue_is_due():
        catalogue.catalogue_refresh()


@shared_task
def drafts_expire() -> None:
    """Beat: forget what was typed into forms that nobody has come back to."""
    drafts.drafts_expire()
