from celery import shared_task

from .clocks import clocks_compare
from .models import Heartbeat


@shared_task
def heartbeat() -> None:
    """Beat: prove that beat, queue and worker work together."""
    Heartbeat.note()
    clocks_compare()
