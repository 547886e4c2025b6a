"""An account's private networks, and the traffic that is let through to VMs."""

from typing import ClassVar

from django.db import models

from .resource import Resource, once_of


class VPC(Resource):
    """A private network of a place, made of subnets (GET /v1/vpcs)."""

    TARGET_TYPE: ClassVar[str] = "vpc"

    # Whether it is let out; null where Fluence does not say.
    enable_external = models.BooleanField(null=True)

    class Meta:
        constraints = once_of("vpc")


class Subnet(Resource):
    """A range of addresses of a VPC (GET /v1/subnets)."""

    TARGET_TYPE: ClassVar[str] = "subnet"

    vpc_remote_id = models.CharField(max_length=40, blank=True)
    ipv4_cidr = models.CharField(max_length=50, blank=True)
    ipv6_cidr = models.CharField(max_length=50, blank=True)

    class Meta:
        constraints = once_of("subnet")


class SecurityGroup(Resource):
    """A named set of allowed traffic (GET /v1/security_groups).

    `ingress` and `egress` are as Fluence writes them; `attached_to` holds ids of VMs' interfaces.
    """

    TARGET_TYPE: ClassVar[str] = "security_group"

    vpc_remote_id = models.CharField(max_length=40, blank=True)
    ingress = models.JSONField(default=dict)
    egress = models.JSONField(default=dict)
    attached_to = models.JSONField(default=list)

    class Meta:
        constraints = once_of("security_group")
