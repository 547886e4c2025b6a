"""Handing operations to the workers. The queue is a hint: the database is the truth."""

import logging
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def operation_dispatch(operation_id: UUID) -> None:
    """Ask a worker, after commit, to run an operation.

    When the queue is out of reach nothing is lost: `operations_resume` finds the operation.
    """
    transaction.on_commit(lambda: task_send("vms.tasks.operation_run", str(operation_id)))


def task_send(name: str, *args: str) -> None:
    """Send a task by name; a queue that is out of reach is logged, not raised."""
    try:
        current_app.send_task(name, args=args, retry=False)
    except OperationalError as error:
        logger.warning("queue out of reach, %s waits for the next beat: %s", name, error)
