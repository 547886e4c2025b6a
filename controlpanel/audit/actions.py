"""Every action the log can hold, with the words a person reads."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.language import by_language
from controlpanel.ui.looks import Look


class Action(TextChoices):
    VM_CREATE = "vm.create", _("Deploy VM")
    VM_RENAME = "vm.rename", _("Rename VM")
    VM_RESTART = "vm.restart", _("Restart VM")
    VM_SOFT_REBOOT = "vm.soft_reboot", _("Soft reboot VM")
    VM_TERMINATE = "vm.terminate", _("Terminate VM")
    VM_SETTLE = "vm.settle", _("Settle VM that was not seen")
    VM_DISMISS = "vm.dismiss", _("Dismiss VM that was not made")
    BATCH_BEGIN = "batch.begin", _("Begin batch")
    BATCH_STOP = "batch.stop", _("Stop batch")
    BATCH_RESUME = "batch.resume", _("Resume batch")
    BATCH_RETRY = "batch.retry", _("Retry batch")
    VM_STATUS = "vm.status", _("VM status changed")
    VM_DRIFT = "vm.drift", _("VM changed outside the panel")
    VM_SET_GROUP = "vm.set_group", _("Change security group of VM")
    VM_CONSOLE = "vm.console", _("Open console of VM")
    STORAGE_CREATE = "storage.create", _("Create disk")
    STORAGE_RENAME = "storage.rename", _("Rename disk")
    STORAGE_GROW = "storage.grow", _("Grow disk")
    STORAGE_ATTACH = "storage.attach", _("Attach disk")
    STORAGE_DETACH = "storage.detach", _("Detach disk")
    STORAGE_DELETE = "storage.delete", _("Delete disk")
    PUBLIC_IP_CREATE = "public_ip.create", _("Reserve public IP")
    PUBLIC_IP_RENAME = "public_ip.rename", _("Rename public IP")
    PUBLIC_IP_ATTACH = "public_ip.attach", _("Attach public IP")
    PUBLIC_IP_DETACH = "public_ip.detach", _("Detach public IP")
    PUBLIC_IP_DELETE = "public_ip.delete", _("Release public IP")
    VPC_CREATE = "vpc.create", _("Create VPC")
    VPC_RENAME = "vpc.rename", _("Rename VPC")
    VPC_DELETE = "vpc.delete", _("Delete VPC")
    SUBNET_CREATE = "subnet.create", _("Create subnet")
    SUBNET_RENAME = "subnet.rename", _("Rename subnet")
    SUBNET_DELETE = "subnet.delete", _("Delete subnet")
    SECURITY_GROUP_CREATE = "security_group.create", _("Create security group")
    SECURITY_GROUP_RENAME = "security_group.rename", _("Rename security group")
    SECURITY_GROUP_SET_RULES = "security_group.set_rules", _("Change rules of security group")
    SECURITY_GROUP_DELETE = "security_group.delete", _("Delete security group")
    RESOURCE_DISMISS = "resource.dismiss", _("Dismiss what was not made")
    SSH_KEY_CREATE = "ssh_key.create", _("Add SSH key")
    SSH_KEY_DELETE = "ssh_key.delete", _("Delete SSH key")
    SSH_KEY_DISMISS = "ssh_key.dismiss", _("Dismiss change of an SSH key")
    TEAM_CREATE = "team.create", _("Create team")
    TEAM_RENAME = "team.rename", _("Rename team")
    INVITATION_CREATE = "invitation.create", _("Invite member")
    INVITATION_REVOKE = "invitation.revoke", _("Revoke invitation")
    MEMBERSHIP_CREATE = "membership.create", _("Join team")
    MEMBERSHIP_SET_ROLE = "membership.set_role", _("Change role")
    MEMBERSHIP_REMOVE = "membership.remove", _("Remove member")
    PERSON_RESET_MFA = "person.reset_mfa", _("Reset second factors")
    PERSON_RENAME = "person.rename", _("Change own name")
    ACCOUNT_CONNECT = "account.connect", _("Connect Fluence account")
    ACCOUNT_SET_DEFAULT = "account.set_default", _("Change what terminated VMs leave")
    ACCOUNT_SET_LOW_BALANCE = "account.set_low_balance", _("Change when a low balance is told")
    ACCOUNT_DISCONNECT = "account.disconnect", _("Disconnect Fluence account")
    TOP_UP_CREATE = "top_up.create", _("Top up Fluence account")
    TOP_UP_CANCEL = "top_up.cancel", _("Cancel top-up")
    TOP_UP_DISMISS = "top_up.dismiss", _("Dismiss change of a top-up")
    PERMISSION_DENIED = "permission.denied", _("Refused attempt")
    PANEL_RESTORE = "panel.restore", _("Restore panel from backup")
    ACCOUNT_KEY_REJECTED = "account.key_rejected", _("API key rejected by Fluence")


class Outcome(TextChoices):
    REQUESTED = "requested", _("Requested")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    UNKNOWN = "unknown", _("Outcome unknown")
    DENIED = "denied", _("Denied")


LOOKS: dict[str, Look] = {
    Outcome.REQUESTED.value: Look(_("Requested"), "info", "circle-dot"),
    Outcome.SUCCEEDED.value: Look(_("Succeeded"), "success", "circle-check"),
    Outcome.FAILED.value: Look(_("Failed"), "danger", "circle-x"),
    Outcome.UNKNOWN.value: Look(_("Unknown"), "attention", "circle-question-mark"),
    Outcome.DENIED.value: Look(_("Denied"), "danger", "ban"),
}


@by_language
def action_labels() -> dict[str, str]:
    """Return what a person reads of each action."""
    return {action.value: str(action.label) for action in Action}
