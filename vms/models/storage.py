from typing import ClassVar

from django.db import models
from django.utils.translation import gettext

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
        return gettext("Boot disk") if self.is_boot_disk else gettext("Data disk")

    @property
    def detail(self) -> str:
        """Its size and type: "25 GB NVME, replicated"."""
        size = f"{self.volume_gb} GB {self.storage_type}".strip()
        return ", ".join(filter(None, [size, gettext("replicated") if self.replicated else ""]))
