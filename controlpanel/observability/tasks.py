"""Celery: a task carries on the id of the request that sent it, and logs under ids of its own."""

import logging
from typing import Any

from celery.signals import (
    before_task_publish,
    task_failure,
    task_postrun,
    task_prerun,
    worker_ready,
)
from django.conf import settings

from controlpanel.lib.database import DATABASE_TROUBLE, first_line

from . import context
from .exporter import exporter_start

logger = logging.getLogger(__name__)
HEADER = "panel_request_id"


@before_task_publish.connect
def _send_along(headers: dict[str, Any] | None = None, **_: object) -> None:
    if headers is not None and (request_id := context.request_id()):
        headers[HEADER] = request_id


@task_prerun.connect
def _begin(task_id: str, task: Any, **_: object) -> None:  # noqa: ANN401
    # Run at once (eagerly), a task finds in `headers` what a message brings as attributes.
    sent_by = getattr(task.request, HEADER, None) or (task.request.headers or {}).get(HEADER)
    context.begin(request_id=sent_by, task=task.name, task_id=task_id)


@task_postrun.connect
def _end(**_: object) -> None:
    # The thread goes on to other tasks.
    context.begin()


@task_failure.connect
def _note(sender: Any, exception: BaseException, **_: object) -> None:  # noqa: ANN401
    if isinstance(exception, DATABASE_TROUBLE):
        logger.error("%s is late, the database failed: %s", sender.name, first_line(exception))


@worker_ready.connect
def _export(**_: object) -> None:
    if not (settings.METRICS_BIND and settings.METRICS_TOKEN):
        return
    try:
        exporter_start(settings.METRICS_BIND, settings.METRICS_TOKEN)
    except OSError as error:
        logger.error("no metrics on METRICS_BIND=%s: %s", settings.METRICS_BIND, error)
