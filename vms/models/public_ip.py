from typing import ClassVar

from django.db import models

from vms.core import facts

from .resource import Attachable, indexes_of, once_of


class PublicIp(Attachable):
    """A rented address, mirrored from GET /v1/public_ips; `address` is empty until allotted."""

    TARGET_TYPE: ClassVar[str] = "public_ip"

    address = models.CharField(max_length=45, blank=True)
    address_type = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = once_of("public_ip")
        indexes = indexes_of("public_ip")

    @property
    def what(self) -> str:
        return facts.public_ip_what()

    @property
    def detail(self) -> str:
        return self.address
