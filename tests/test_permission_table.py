"""One table over all named URLs: who gets in, who is refused, for whom a page does not exist.

A new URL fails the first test until it has a row. The others visit every page as every person:
where it takes only a POST, with an empty one about a thing that does not exist, so that nothing
happens.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import ROLE_PERMISSIONS, Permission, Role
from tests.cast import CAST, client_for, member_create

# Pages of a team, each with the permission it needs.
TEAM_PAGES = {
    "teams:members": "member:view",
    "teams:member-role": "member:manage",
    "teams:member-remove": "member:manage",
    "teams:leave": "member:view",
    "teams:invitation-create": "member:manage",
    "teams:invitation-revoke": "member:manage",
    "teams:settings": "team:rename",
    "teams:audit": "audit:view",
    "teams:audit-entry": "audit:view",
    "live:events": "vm:view",
    "vms:dashboard": "vm:view",
    "vms:list": "vm:view",
    "vms:changes": "vm:view",
    "vms:create": "vm:create",
    "vms:create-draft": "vm:create",
    "vms:create-configurations": "vm:create",
    "vms:create-cost": "vm:create",
    "vms:detail": "vm:view",
    "vms:rename": "vm:rename",
    "vms:restart": "vm:restart",
    "vms:terminate": "vm:terminate",
    "vms:terminate-many": "vm:terminate",
    "vms:restart-many": "vm:restart",
    "vms:rename-many": "vm:rename",
    "vms:batches": "vm:view",
    "vms:batch": "vm:view",
    # These ask for the permission that the batch itself needed as well (test_batch_page).
    "vms:batch-stop": "vm:view",
    "vms:batch-resume": "vm:view",
    "vms:batch-retry": "vm:view",
    "vms:console": "vm:console",
    "vms:group": "network:change",
    "vms:settle": "vm:create",
    "vms:dismiss": "vm:create",
    "vms:storages": "vm:view",
    "vms:storage": "vm:view",
    "vms:storage-create": "storage:create",
    "vms:storages-delete": "storage:delete",
    "vms:storage-rename": "storage:change",
    "vms:storage-grow": "storage:change",
    "vms:storage-attach": "storage:change",
    "vms:storage-attach-to": "storage:change",
    "vms:storage-detach": "storage:change",
    "vms:storage-delete": "storage:delete",
    "vms:storage-dismiss": "storage:create",
    "vms:storage-keep": "storage:delete",
    "vms:public-ips": "vm:view",
    "vms:public-ip": "vm:view",
    "vms:public-ip-keep": "public_ip:delete",
    "vms:public-ip-create": "public_ip:create",
    "vms:public-ips-delete": "public_ip:delete",
    "vms:public-ip-rename": "public_ip:change",
    "vms:public-ip-attach": "public_ip:change",
    "vms:public-ip-attach-to": "public_ip:change",
    "vms:public-ip-detach": "public_ip:change",
    "vms:public-ip-delete": "public_ip:delete",
    "vms:public-ip-dismiss": "public_ip:create",
    "vms:networks": "vm:view",
    "vms:vpc-create": "network:change",
    "vms:subnet-create": "network:change",
    "vms:group-create": "network:change",
    "vms:group-rules": "vm:view",
    "vms:network-rename": "network:change",
    "vms:network-delete": "network:change",
    "vms:network-dismiss": "network:change",
    "vms:places": "vm:view",
    "vms:top-ups": "account:view",
    "vms:top-up-pay": "top_up:create",
    "vms:top-up-cancel": "top_up:create",
    "vms:top-up-change-dismiss": "top_up:create",
    "vms:ssh-keys": "ssh_key:view",
    "vms:ssh-key-delete": "ssh_key:delete",
    "vms:ssh-key-change-dismiss": "ssh_key:create",
    "vms:spend": "vm:view",
    "vms:account": "account:view",
    "vms:account-low-balance": "account:connect",
    "vms:account-default": "account:connect",
    "vms:account-disconnect": "account:connect",
}

# Pages of no team, for everybody who is logged in, each with the reason.
PERSONAL_PAGES = {
    "home": "leads to the person's own teams",
    "team-create": "anybody may start a team: it has nothing yet",
    "profile": "a person's own profile",
    "account_reauthenticate": "asks for the person's own password again",
    "account_change_password": "the person's own password",
    "account_set_password": "the person's own password",
    "address-verify": "the person's own address",
    "mfa_": "the person's own second factors",
    "usersessions_": "the person's own sessions",
}

# Pages without a login, each with the reason.
PUBLIC_PAGES = {
    "healthz": "load balancers have no login; it tells only that the process lives",
    "readyz": "monitors have no login; it tells states and seconds, nothing of any team",
    "metrics": "Prometheus has no login but METRICS_TOKEN, without which there is no such page",
    "columns": "what columns are called; it tells nothing of anybody",
    "words": "what scripts say on the login page too; it tells nothing of anybody",
    "theme": "light or dark is a cookie, chosen on the login page too",
    "invitation-accept": "the invited have no login yet; the token is the secret",
    "account_confirm_email": "the mailed key is the secret",
    "account_login": "the login itself",
    "account_logout": "for whoever is not logged in there is nothing to end",
    "account_signup": "opens only to whoever holds an invitation",
    "account_inactive": "says that the account is closed",
    "account_reset_password": "whoever forgot the password cannot log in",
    "account_reset_password_": "the steps after it; the mailed key is the secret",
    "mfa_authenticate": "the second step of the login",
}


@dataclass(frozen=True)
class Page:
    name: str
    pattern: URLPattern
    converters: dict[str, object]

    def url(self, slug: str) -> str:
        """Its address in a team, with ids that nothing has: rights are checked before them."""
        samples = {"IntConverter": 0, "UUIDConverter": UUID(int=0)}
        kwargs = {
            key: slug if key == "slug" else samples.get(type(converter).__name__, "x")
            for key, converter in self.converters.items()
        }
        # `re_path` has groups instead of converters.
        if groups := getattr(self.pattern.pattern, "regex", None):
            kwargs |= dict.fromkeys(groups.groupindex, "x") if not kwargs else {}
        return reverse(self.name, kwargs=kwargs)


def walk(
    resolver: URLResolver, namespace: str = "", above: dict[str, object] | None = None
) -> Iterator[Page]:
    for entry in resolver.url_patterns:
        converters = {**(above or {}), **entry.pattern.converters}
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry, inner, converters)
        else:
            assert entry.name, f"{entry.pattern} has no name"
            yield Page(f"{namespace}{entry.name}", entry, converters)


PAGES = {page.name: page for page in walk(get_resolver())}


def is_listed(name: str, table: dict[str, str]) -> bool:
    """A row ending in an underscore stands for all names that begin with it."""
    return any(name == row or (row.endswith("_") and name.startswith(row)) for row in table)


def test_every_url_has_a_row() -> None:
    for name, page in PAGES.items():
        permission = getattr(page.pattern.callback, "team_permission", None)
        if "slug" in page.converters:
            assert name in TEAM_PAGES, f"add {name} to TEAM_PAGES"
            assert permission is not None, f"{name} is not guarded by @team_permission"
            assert TEAM_PAGES[name] == permission.value, f"{name} asks for {permission.value}"
        else:
            listed = is_listed(name, PUBLIC_PAGES) or is_listed(name, PERSONAL_PAGES)
            assert listed, f"add {name} to PERSONAL_PAGES or PUBLIC_PAGES, with the reason"


def test_every_row_has_a_url() -> None:
    assert sorted(TEAM_PAGES.keys() - PAGES.keys()) == []


@pytest.fixture
def cast(team: Team) -> dict[Role, User]:
    return {role: member_create(team, role, name) for role, name in CAST.items()}


def answer(client: Client, page: Page) -> int:
    status = client.get(page.url("acme")).status_code
    return client.post(page.url("acme")).status_code if status == 405 else status


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_in_where_its_permissions_lead(role: Role, cast: dict[Role, User]) -> None:
    client = client_for(cast[role])
    for name, permission in TEAM_PAGES.items():
        status = answer(client, PAGES[name])
        if Permission(permission) in ROLE_PERMISSIONS[role]:
            has_id = PAGES[name].converters.keys() > {"slug"}
            welcome = {404} if has_id else {200, 204, 302, 422}
            assert status in welcome, f"{name} lets {role} in, but answers {status}"
        else:
            assert status == 403, f"{name} answers {status} to {role}"


def test_for_a_member_of_another_team_nothing_exists(team: Team, outsider: User) -> None:
    client = client_for(outsider)
    answers = {name: answer(client, PAGES[name]) for name in TEAM_PAGES}
    assert answers == dict.fromkeys(TEAM_PAGES, 404)


def test_without_a_login_every_page_leads_to_the_login(team: Team) -> None:
    client = Client()
    for name, page in PAGES.items():
        if is_listed(name, PUBLIC_PAGES):
            continue
        response = client.get(page.url("acme"))
        assert response.status_code == 302, name
        assert response["Location"].startswith(reverse("account_login")), name
