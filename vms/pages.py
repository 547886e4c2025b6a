"""The pages of what the audit log names."""

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse


def vm_pages(slug: str) -> Callable[[str], str]:
    vms = reverse("vms:list", kwargs={"slug": slug})
    return lambda target_id: f"{vms}{UUID(target_id)}/"


def batch_pages(slug: str) -> Callable[[str], str]:
    return lambda target_id: reverse("vms:batch", kwargs={"slug": slug, "pk": UUID(target_id)})
