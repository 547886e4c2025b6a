"""How gunicorn serves the pages, behind the front: `gunicorn --config python:controlpanel.serving`.

How many workers there are says WEB_CONCURRENCY, gunicorn's own variable; where they listen, the
command line. SIGHUP replaces the workers one by one, and requests under way end.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

wsgi_app = "controlpanel.wsgi:application"
worker_class = "gthread"
# A page waits for the database, and an act of a person for Fluence: others go on meanwhile.
threads = 8
# The front keeps its connections, and sends only whole requests.
keepalive = 75
# A worker that answers nothing for so long is replaced; longer than the patience with Fluence.
timeout = 60
graceful_timeout = 10
loglevel = "warning"
# The panel decides itself whom it believes: TRUSTED_PROXY_COUNT.
forwarded_allow_ips = ""
control_socket_disable = True


def on_starting(_server: "Arbiter") -> None:
    """Read the settings before any worker does: a wrong one is said once, and nothing starts."""
    import os
    from importlib import import_module

    import_module(os.environ.get("DJANGO_SETTINGS_MODULE", "controlpanel.settings"))


def post_worker_init(_worker: "Worker") -> None:
    """Count a worker that has started, and let it read whatever happens to the disk."""
    from controlpanel.lib.database import sqlite_files_keep
    from controlpanel.observability.metrics import PAGE_WORKERS

    sqlite_files_keep()
    PAGE_WORKERS.labels("started").inc()


def worker_exit(_server: "Arbiter", _worker: "Worker") -> None:
    """Count a worker that ends as it was asked to; one that crashes does not come here."""
    from controlpanel.observability.metrics import PAGE_WORKERS

    PAGE_WORKERS.labels("ended").inc()


def child_exit(_server: "Arbiter", worker: "Worker") -> None:
    """Forget the gauges of a worker that has ended, however it did."""
    import os

    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
