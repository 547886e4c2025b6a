"""Every action the log can hold, with the words a person reads."""

from django.db.models import TextChoices


class Action(TextChoices):
    VM_CREATE = "vm.create", "Deploy VM"
    VM_RENAME = "vm.rename", "Rename VM"
    VM_RESTART = "vm.restart", "Restart VM"
    VM_SOFT_REBOOT = "vm.soft_reboot", "Soft reboot VM"
    VM_TERMINATE = "vm.terminate", "Terminate VM"
    VM_DISMISS = "vm.dismiss", "Dismiss VM that was not made"
    BATCH_BEGIN = "batch.begin", "Begin batch"
    BATCH_STOP = "batch.stop", "Stop batch"
    BATCH_RESUME = "batch.resume", "Resume batch"
    BATCH_RETRY = "batch.retry", "Retry batch"
    VM_STATUS = "vm.status", "VM status changed"
    VM_DRIFT = "vm.drift", "VM changed outside the panel"
    SSH_KEY_CREATE = "ssh_key.create", "Add SSH key"
    SSH_KEY_DELETE = "ssh_key.delete", "Delete SSH key"
    SSH_KEY_DISMISS = "ssh_key.dismiss", "Dismiss change of an SSH key"
    TEAM_CREATE = "team.create", "Create team"
    TEAM_RENAME = "team.rename", "Rename team"
    INVITATION_CREATE = "invitation.create", "Invite member"
    INVITATION_REVOKE = "invitation.revoke", "Revoke invitation"
    MEMBERSHIP_CREATE = "membership.create", "Join team"
    MEMBERSHIP_SET_ROLE = "membership.set_role", "Change role"
    MEMBERSHIP_REMOVE = "membership.remove", "Remove member"
    ACCOUNT_CONNECT = "account.connect", "Connect Fluence account"
    ACCOUNT_DISCONNECT = "account.disconnect", "Disconnect Fluence account"
    PERMISSION_DENIED = "permission.denied", "Refused attempt"
    PANEL_RESTORE = "panel.restore", "Restore panel from backup"
    ACCOUNT_KEY_REJECTED = "account.key_rejected", "API key rejected by Fluence"


class Outcome(TextChoices):
    REQUESTED = "requested", "Requested"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "Outcome unknown"
    DENIED = "denied", "Denied"


LABELS: dict[str, str] = dict(Action.choices)
