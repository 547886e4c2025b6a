from typing import ClassVar

from django.db import models

from vms.core import facts

from .resource import Attachable, indexes_of, once_of

BOOT, DATA = "BOOT", "DATA"


class Storage(Attachable):
    """A disk, mirrored from GET /v1/storages. `volume_gb` in GB; `image` is what it was made of."""

    TARGET_TYPE: ClassVar[str] = "storage"

    role = models.CharField(max_length=10, blank=True, default=DATA)
    volume_gb = models.PositiveIntegerField()
    storage_type = models.CharField(max_length=20, blank=True)
    replicated = models.BooleanField(default=False)
    image = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = once_of("storage")
        indexes = indexes_of("storage")

    @property
    def is_boot_disk(self) -> bool:
        return self.role == BOOT

    @property
    def what(self) -> str:
        return facts.disk_what(is_boot_disk=self.is_boot_disk)

    @property
    def detail(self) -> str:
        return facts.disk_detail(self.volume_gb, self.storage_type, replicated=self.replicated)
