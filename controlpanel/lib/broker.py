"""The queue's transport: Redis or Valkey, whose loss must not end a worker."""

from typing import Any

from kombu.transport import redis
from redis import Redis


class QoS(redis.QoS):
    """What the worker has taken from the queue and not acknowledged yet."""

    def restore_unacked(self, client: Redis | None = None) -> Any:  # noqa: ANN401
        """Put it back, unless the connection is gone.

        Kombu would fail then, and the worker with it. Nothing is lost: the database knows what is
        to be done, and the next beat sends it again.
        """
        if client is None and self.channel.connection.client is None:
            (self._delivered or {}).clear()
            return []
        return super().restore_unacked(client)


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    Channel = Channel
