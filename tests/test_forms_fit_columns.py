"""What a form lets through fits into the column that it goes to, on either database."""

import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
from django import forms
from django.db.models import Model
from django.test import Client

import controlpanel
import vms
from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Invitation, Team
from vms.models import VPC, Operation, PublicIp, SecurityGroup, SSHKey, Storage, Subnet

# Where the text of a field is kept, apart from its own check: whatever is longer is refused by it.
COLUMNS: dict[str, list[tuple[type[Model], str]]] = {
    "ProfileForm.name": [(User, "name"), (AuditEntry, "actor_name")],
    "ProfileForm.time_zone": [(User, "time_zone")],
    "SignupForm.name": [(User, "name")],
    "SignupForm.email": [(User, "email")],
    "TeamForm.name": [(Team, "name"), (AuditEntry, "target_name")],
    "TeamRenameForm.name": [(Team, "name"), (AuditEntry, "target_name")],
    "NewTeamForm.name": [(Team, "name"), (AuditEntry, "target_name")],
    "InvitationForm.email": [(Invitation, "email"), (User, "email"), (AuditEntry, "target_name")],
    "ResetPasswordForm.email": [(User, "email")],
    "SSHKeyForm.name": [(SSHKey, "name"), (Operation, "target_name")],
    "DeployForm.new_key_name": [(SSHKey, "name"), (Operation, "target_name")],
    "DeployForm.name": [(vms.models.VM, "name"), (Operation, "target_name")],
    "DeployForm.boot_disk_name": [(Storage, "name")],
    "DeployForm.public_ip_name": [(PublicIp, "name")],
    "PartsForm.boot_disk_name": [(Storage, "name")],
    "PartsForm.public_ip_name": [(PublicIp, "name")],
    "PlacedForm.name": [(SecurityGroup, "name"), (Operation, "target_name")],
    "VPCForm.name": [(VPC, "name"), (Operation, "target_name")],
    "GroupForm.name": [(SecurityGroup, "name"), (Operation, "target_name")],
    "SubnetForm.name": [(Subnet, "name"), (Operation, "target_name")],
    "SubnetForm.ipv4_cidr": [(Subnet, "ipv4_cidr")],
    "SubnetForm.ipv6_cidr": [(Subnet, "ipv6_cidr")],
    "StorageForm.name": [(Storage, "name"), (Operation, "target_name")],
    "PublicIpForm.name": [(PublicIp, "name"), (Operation, "target_name")],
    "RenameForm.name": [(vms.models.VM, "name"), (Operation, "target_name")],
}
# Kept nowhere, or in a column without a measure; their own check says how much there may be.
UNMEASURED = {
    "UserDataForm.user_data": "16 KiB, counted in bytes",
    "DeployForm.user_data": "16 KiB, counted in bytes",
    "SeenForm.seen": "compared with what is there",
    "ProfileForm.seen": "compared with what is there",
    "RenameForm.seen": "compared with what is there",
    "RoleChangeForm.seen": "compared with what is there",
    "TeamRenameForm.seen": "compared with what is there",
    "UserDataForm.cloud_init_anyway": "compared with what was pointed out",
    "DeployForm.cloud_init_anyway": "compared with what was pointed out",
    "SignupForm.username": "there are none; the form drops the field",
    "LoginForm.password": "hashed",
}


def _forms(base: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for form in base.__subclasses__():
        if form.__module__.startswith(("controlpanel.", "vms.")):
            yield form
        yield from _forms(form)


def _text_fields() -> dict[str, forms.CharField]:
    for root in (controlpanel, vms):
        for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
            if ".forms" in module.name:
                import_module(module.name)
    return {
        f"{form.__name__}.{name}": field
        for form in set(_forms(forms.BaseForm))
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField)
    }


FIELDS = _text_fields()


def test_every_text_has_a_measure() -> None:
    without = {name for name, field in FIELDS.items() if field.max_length is None}
    assert without == set(UNMEASURED)


@pytest.mark.parametrize("name", COLUMNS)
def test_no_field_is_longer_than_its_column(name: str) -> None:
    longest = FIELDS[name].max_length
    assert longest is not None
    for model, column in COLUMNS[name]:
        room = model._meta.get_field(column).max_length  # type: ignore[union-attr]
        assert room is not None
        assert longest <= room, f"{name} lets {longest} characters into {room} of {column}"


def test_a_form_of_a_model_knows_its_columns() -> None:
    """A field that is new to a form must be measured here, or be kept nowhere."""
    kept_nowhere = {
        *("AuditFilterForm.target", "AccountForm.api_key", "SSHKeyForm.public_key"),
        *("DeployForm.new_key", "SizeForm.cluster", "SizeForm.configuration"),
        *("RenameManyForm.find", "RenameManyForm.replace", "RenameManyForm.pattern"),
        *("RenameManyForm.seen", "TerminateForm.confirmation", "DeleteForm.confirmation"),
        "RulesForm.confirmed",
    }
    assert set(FIELDS) == set(COLUMNS) | set(UNMEASURED) | kept_nowhere


@pytest.mark.parametrize("longest", [254, 255, 316])
def test_an_invitation_to_a_long_address(
    longest: int, team: Team, admin: User, client_for: Callable[[User], Client]
) -> None:
    labels = ".".join("d" * 60 for _ in range(5))
    email = f"{'a' * 60}@{labels}"[: longest - 4] + ".com"
    answer = client_for(admin).post("/t/acme/invitations/", {"email": email, "role": "viewer"})
    assert answer.status_code == (200 if longest == 254 else 422)
    assert Invitation.objects.count() == (longest == 254)
    # What was typed stands in the form again.
    assert email in answer.content.decode()


@pytest.mark.parametrize("path", ["/account/login/", "/account/password/reset/"])
def test_an_address_without_measure_is_told_to_be_one(path: str, db: None) -> None:
    email = f"{'a' * 60}@{'d' * 60}.{'e' * 60}.{'f' * 60}.{'g' * 60}.com"
    field = {"login": email, "password": "x", "email": email}
    answer = Client().post(path, field)
    assert answer.status_code == 200
    assert answer.context["form"].errors
