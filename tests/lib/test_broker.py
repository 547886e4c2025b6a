"""The queue's transport outlives the loss of Valkey."""

import pytest
from celery import current_app
from kombu.transport import redis

from controlpanel.lib.broker import QoS


def lose_with_a_task_taken() -> None:
    """Take a task, lose the connection, and close it, as a worker does."""
    connection = current_app.connection_for_read()
    queue = connection.SimpleQueue("test-lost")
    queue.put("a task")
    queue.get(timeout=5)
    connection.transport.client = None  # as Celery leaves it when Valkey is gone
    connection.close()


def test_a_lost_connection_is_closed_although_a_task_was_taken() -> None:
    lose_with_a_task_taken()


def test_kombus_own_transport_would_fail_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QoS, "restore_unacked", redis.QoS.restore_unacked)
    with pytest.raises(AttributeError):
        lose_with_a_task_taken()
