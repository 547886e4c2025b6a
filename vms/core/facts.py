"""What follows from the columns of VMs, disks and addresses: for models and for rows of lists."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from controlpanel.ui.language import by_language

from . import statuses


def is_ended(status: str) -> bool:
    return status in statuses.ENDED


def is_present(status: str, remote_id: str | None) -> bool:
    """Whether Fluence has it and it runs or may run, so that it can be renamed."""
    return bool(remote_id) and not is_ended(status)


def awaits_person(status: str, *, has_account: bool, is_stuck: bool) -> bool:
    """Whether only a person can settle it: it was not made, is lost, or nobody can tell."""
    return is_stuck or not has_account or status in {statuses.REFUSED, statuses.LOST}


def is_unseen(remote_id: str | None, *, is_stuck: bool) -> bool:
    """Whether it is for a person to say what became of it: Fluence never showed it."""
    return is_stuck and remote_id is None


def is_terminable(status: str, remote_id: str | None, *, awaits_person: bool) -> bool:
    return is_present(status, remote_id) and status != statuses.TERMINATING and not awaits_person


def may_restart(allowed_actions: Collection[str]) -> bool:
    """Whether Fluence offers a restart of either kind now."""
    return "restart" in allowed_actions or "softReboot" in allowed_actions


def city(city: str | None, cluster: str) -> str:
    """Where it runs, in a word."""
    return city or cluster


def place_detail(country_code: str | None, cluster: str) -> str:
    return f"{country_code} · {cluster}" if country_code is not None else ""


@by_language
def size(vcpu: int | None, ram_gb: int | None) -> str:
    return _("%(vcpu)s vCPU · %(ram_gb)s GB") % {"vcpu": vcpu, "ram_gb": ram_gb}


@by_language
def disk_what(*, is_boot_disk: bool) -> str:
    return _("Boot disk") if is_boot_disk else _("Data disk")


@by_language
def disk_detail(volume_gb: int, storage_type: str, *, replicated: bool = False) -> str:
    """Its size and type: "25 GB NVME, replicated"."""
    size = f"{volume_gb} GB {storage_type}".strip()
    return ", ".join(filter(None, [size, _("replicated") if replicated else ""]))


@by_language
def public_ip_what() -> str:
    return _("Public IP")


def family(family: str, slug: str) -> str:
    return (family or slug).capitalize()
