from datetime import datetime

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """When beat last had a task done by a worker: one row.

    In the database rather than in Valkey, which may be emptied at any time.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"heartbeat at {self.at}"

    @classmethod
    def note(cls) -> None:
        cls.objects.update_or_create(pk=1, defaults={"at": timezone.now()})

    @classmethod
    def last(cls) -> datetime | None:
        return cls.objects.values_list("at", flat=True).first()
