"""The one table of who may do what. Views and services name permissions, never roles."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(TextChoices):
    """One allowed act, written `noun:verb`; the label completes "You may not …"."""

    VM_VIEW = "vm:view", _("see VMs")
    VM_CREATE = "vm:create", _("deploy VMs")
    VM_RENAME = "vm:rename", _("rename VMs")
    VM_RESTART = "vm:restart", _("restart VMs")
    VM_TERMINATE = "vm:terminate", _("terminate VMs")
    VM_CONSOLE = "vm:console", _("open consoles of VMs")
    STORAGE_CREATE = "storage:create", _("create disks")
    STORAGE_CHANGE = "storage:change", _("rename, grow, attach or detach disks")
    STORAGE_DELETE = "storage:delete", _("delete disks")
    PUBLIC_IP_CREATE = "public_ip:create", _("reserve public IPs")
    PUBLIC_IP_CHANGE = "public_ip:change", _("rename, attach or detach public IPs")
    PUBLIC_IP_DELETE = "public_ip:delete", _("release public IPs")
    NETWORK_CHANGE = "network:change", _("change networks and security groups")
    SSH_KEY_VIEW = "ssh_key:view", _("see SSH keys")
    SSH_KEY_CREATE = "ssh_key:create", _("add SSH keys")
    SSH_KEY_DELETE = "ssh_key:delete", _("delete SSH keys")
    AUDIT_VIEW = "audit:view", _("read the audit log")
    MEMBER_VIEW = "member:view", _("see the team's members")
    MEMBER_MANAGE = "member:manage", _("invite, change or remove members")
    OWNER_MANAGE = "owner:manage", _("make, change or remove owners")
    ACCOUNT_VIEW = "account:view", _("see the Fluence account")
    ACCOUNT_CONNECT = "account:connect", _("connect or disconnect the Fluence account")
    TOP_UP_CREATE = "top_up:create", _("top up the Fluence account")
    TEAM_RENAME = "team:rename", _("rename the team")


class Role(TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    OPERATOR = "operator", _("Operator")
    VIEWER = "viewer", _("Viewer")
    AUDITOR = "auditor", _("Auditor")


ROLE_SUMMARIES: dict[Role, str | Promise] = {
    Role.OWNER: _("Everything, and who else is an owner"),
    Role.ADMIN: _("Members, the Fluence account and all VMs"),
    Role.OPERATOR: _("Works with VMs, disks, public IPs and networks"),
    Role.VIEWER: _("Sees VMs, changes nothing"),
    Role.AUDITOR: _("Sees VMs and members, reads the whole audit log"),
}

_P = Permission
_SEE = frozenset({_P.VM_VIEW, _P.SSH_KEY_VIEW, _P.MEMBER_VIEW})
_OPERATE = _SEE | {
    _P.VM_CREATE,
    _P.VM_RENAME,
    _P.VM_RESTART,
    _P.VM_TERMINATE,
    _P.STORAGE_CREATE,
    _P.STORAGE_CHANGE,
    _P.STORAGE_DELETE,
    _P.PUBLIC_IP_CREATE,
    _P.PUBLIC_IP_CHANGE,
    _P.PUBLIC_IP_DELETE,
    _P.NETWORK_CHANGE,
    _P.SSH_KEY_CREATE,
    _P.SSH_KEY_DELETE,
    _P.AUDIT_VIEW,
    _P.ACCOUNT_VIEW,
}
_ADMINISTER = _OPERATE | {
    _P.MEMBER_MANAGE,
    _P.ACCOUNT_CONNECT,
    _P.TOP_UP_CREATE,
    _P.TEAM_RENAME,
    _P.VM_CONSOLE,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _ADMINISTER | {_P.OWNER_MANAGE},
    Role.ADMIN: _ADMINISTER,
    Role.OPERATOR: _OPERATE,
    Role.VIEWER: _SEE,
    Role.AUDITOR: _SEE | {_P.AUDIT_VIEW, _P.ACCOUNT_VIEW},
}
