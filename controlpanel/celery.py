"""The Celery application. Its settings are Django's, under the prefix CELERY_."""

import os
from typing import Any

from celery import Celery, Task

from controlpanel.lib.database import DATABASE_TROUBLE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controlpanel.settings")


class PanelTask(Task[Any, Any]):
    """While the database is in trouble a task is simply late: the next beat sends another."""

    # Logged by `observability.tasks` in one line, not by Celery with a traceback each second.
    throws = DATABASE_TROUBLE


app = Celery("controlpanel", task_cls=PanelTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

import controlpanel.observability.tasks  # noqa: E402, F401 - connects its signals
