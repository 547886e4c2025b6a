"""Every page in a pseudo-language of what `makemessages` finds: no bare English is left."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.audit.models import AuditEntry
from controlpanel.fluence import Changes, FluenceClient, NewSecurityGroup
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import invitation_create
from tests.cast import actor_of, client_for
from tests.vms.deploying import CREATE, Clock, deploy, deploy_many, launched, poll
from tests.vms.rows import storage_rows
from vms.batch.services import batch_stop
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, Batch, FluenceAccount, PublicIp, SecurityGroup, Storage
from vms.vm.services import vm_terminate, vms_terminate

from .bare import bare_words
from .catalogs import LANGUAGE, texts_of

pytestmark = pytest.mark.usefixtures("pseudo")

# What people and Fluence have named, units, and words that are the same everywhere.
DATA = re.compile(
    r"""(?x)
    [A-Z][A-Za-z]+ (/[A-Za-z\ _-]+)+   # time zones: Africa/El Aaiun
    | [A-Za-z0-9+/]{40,} | [a-z_]+:[a-z_]+   # public keys, scopes
    | \b (
        Acme | Olga | Petra | Viktor | Adam | Panel | Fluence | \S+@\S+ | Deploy\ vms
        | (web|api) (-\w+)* | gone | stuck | disk-\d | laptop | …?full | \w*-?(boot|ip) | t/acme
        # places, sizes and systems, as Fluence names them
        | Warsaw | Frankfurt | Amsterdam | Ashburn | Helsinki | Singapore
        | Vistula | Mazovia | Taunus | Rhine | Amstel | Potomac | Saimaa | Merlion
        | PL | DE | NL | US | FI | SG | Regular | Premium | Shared | [\w.-]*\dv?cpu[\w-]*
        | Ubuntu | Debian | AlmaLinux | Fedora | Rocky | Linux | LTS | with\ Docker | x64
        # units, standards, ids and codes
        | default | front | ip-\d | private-networks | everyone[\w-]* | group:\w* | TCP | UDP
        | vCPU | GB | NVME | USD | UTC | SSH | HTTP | IPv4 | SHA256\S* | ssh-\w+ | ED25519
        | [0-9a-f-]{12,} | [a-z]+(_[a-z]+)+ | cancelled | cpu(-\w+)+
        # as the log keeps them: statuses, roles, types
        | launch\w+ | new | terminat\w+ | restarting | requested | refused
        | owner | admin | operator | viewer | auditor
        | vm | batch | team | permission | membership | ssh_key | invitation | account
        | (Deploy|Terminate)\ \d+\ VMs?
    ) \b
    """
)
OF_A_VM = (
    *("detail", "rename", "restart", "terminate"),
    *("console", "storage-attach-to", "public-ip-attach-to"),
)


@pytest.fixture
def world(
    team: Team,
    olga: Actor,
    petra: Actor,
    viewer: User,
    account: FluenceAccount,
    catalogue: None,
    key: object,
    sim: RunningSimulator,
    clock: Clock,
    fluence: FluenceClient[Changes],
) -> Batch:
    """A team to which about everything has happened that pages can tell of."""
    vm = launched(team, petra, clock, "web-1")
    gone = launched(team, petra, clock, "gone")
    vm_terminate(vm=gone, actor=petra)
    poll(account)
    sim.faults.add("timeout_after", operation=CREATE, times=1, seconds=1)
    deploy(team, petra, "stuck")
    batch = deploy_many(team, petra, "api", count=2)[0].batch
    assert batch
    batch_stop(batch=batch, actor=petra)
    vms_terminate(team=team, actor=petra, vms=[*VM.objects.filter(name="web-1")], form_key=uuid4())
    fluence.vms.rename(vm.remote_id or "", "web-by-hand")
    fluence.security_groups.create(NewSecurityGroup(name="front", cluster_id=vm.cluster_id))
    account_reconcile(account.pk)
    storage_rows(FluenceAccount.objects.get(), 2)
    invitation_create(actor=olga, team=team, email="guest@acme.test", role=Role.VIEWER)
    client_for(viewer).post(reverse("vms:create", kwargs={"slug": "acme"}), {})
    return batch


def pages(batch: Batch) -> Iterator[str]:
    """Yield the addresses of all pages of a team, in their several states."""

    def url(name: str, **kwargs: object) -> str:
        return reverse(name, kwargs={"slug": "acme", **kwargs})

    yield from map(
        url,
        ("vms:list", "vms:places", "vms:create", "vms:storages", "vms:public-ips", "vms:ssh-keys"),
    )
    yield from map(url, ("vms:account", "teams:members", "teams:settings", "teams:audit"))
    yield from map(url, ("teams:leave", "vms:networks", "vms:storage-create", "vms:group-create"))
    yield from map(url, ("vms:public-ip-create", "vms:vpc-create"))
    yield url("vms:storages") + "?show=left-over"
    yield from (f"{url('vms:spend')}?by={by}" for by in ("vm", "thing", "kind", "place", "person"))
    for disk in Storage.objects.all():
        acts = ("rename", "grow", "attach", "detach", "delete")
        yield from (url(f"vms:storage-{act}", pk=disk.pk) for act in acts)
        yield f"{url('vms:storages-delete')}?pick={disk.pk}"
    for address in PublicIp.objects.all():
        names = ("rename", "attach", "detach", "delete")
        yield from (url(f"vms:public-ip-{act}", pk=address.pk) for act in names)
    for group in SecurityGroup.objects.all():
        yield url("vms:group-rules", pk=group.pk)
        kind = {"kind": group.TARGET_TYPE, "pk": group.pk}
        yield from (url(f"vms:network-{act}", **kind) for act in ("rename", "delete"))
    yield url("vms:list") + "?select=1&status=all"
    yield url("vms:list") + "?q=nothing"
    yield url("vms:changes") + "?since=0"
    yield url("teams:audit") + "?since=x&outcome=failed"
    yield url("vms:batch", pk=batch.pk)
    chosen = "&".join(f"vm={vm.pk}" for vm in VM.objects.all())
    for name in ("terminate-many", "restart-many", "rename-many"):
        yield f"{url(f'vms:{name}')}?{chosen}"
    yield f"{url('vms:rename-many')}?{chosen}&pattern={{x}}&start=1"
    for vm in VM.objects.all():
        yield from (url(f"vms:{name}", pk=vm.pk) for name in OF_A_VM)
    for entry in AuditEntry.objects.all()[:1]:
        yield url("teams:audit-entry", sequence=entry.sequence)
    yield from (reverse(name) for name in PERSONAL)


PERSONAL = (
    *("profile", "team-create", "mfa_index", "mfa_activate_totp", "usersessions_list"),
    *("account_change_password", "account_logout"),
)
PUBLIC = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
)


def expect_translated(client: Client, address: str) -> None:
    response = client.get(address, headers={"accept-language": LANGUAGE}, follow=True)
    html = response.content.decode()
    assert "⟦" in html or response.status_code == 204, address
    assert bare_words(html, DATA) == [], address


def test_all_pages_of_a_team(world: Batch, client_for: Callable[[User], Client]) -> None:
    client = client_for(User.objects.get(name="Olga"))
    for address in pages(world):
        expect_translated(client, address)


def test_forms_that_are_sent_empty(world: Batch, client_for: Callable[[User], Client]) -> None:
    client = client_for(User.objects.get(name="Olga"))
    names = ("vms:create", "vms:account", "vms:ssh-keys", "teams:settings")
    for name in (*names, "teams:invitation-create"):
        address = reverse(name, kwargs={"slug": "acme"})
        response = client.post(address, {}, headers={"accept-language": LANGUAGE})
        assert bare_words(response.content.decode(), DATA) == [], name


@pytest.mark.django_db
def test_pages_of_nobody_in_particular() -> None:
    for name in PUBLIC:
        expect_translated(Client(), reverse(name))
    expect_translated(Client(), "/invitations/unknown/")


def test_what_a_viewer_may_not(team: Team, viewer: User) -> None:
    for address in ("/t/acme/vms/new/", "/t/acme/members/", "/t/nobody/vms/"):
        expect_translated(client_for(viewer), address)


def test_a_team_without_an_account(team: Team, owner: User) -> None:
    names = ("list", "create", "account", "storages", "public-ips", "ssh-keys", "places", "spend")
    for name in names:
        expect_translated(client_for(owner), reverse(f"vms:{name}", kwargs={"slug": "acme"}))


def test_the_mail_of_an_invitation(team: Team, owner: User) -> None:
    with override(LANGUAGE):
        invitation_create(
            actor=actor_of(owner, team), team=team, email="guest@acme.test", role=Role.VIEWER
        )
    assert bare_words(f"{mail.outbox[0].subject} {mail.outbox[0].body}", DATA) == []


def test_each_text_of_a_script_is_in_its_catalog(locale: Path) -> None:
    found = texts_of(locale / LANGUAGE / "LC_MESSAGES" / "djangojs.po")
    said: set[str] = set()
    for script in (settings.BASE_DIR / "static" / "js").glob("*.js"):
        said |= set(re.findall(r'\bgettext\(\s*"([^"]+)"', script.read_text()))
    assert len(said) > 8
    assert said <= found


def test_columns_of_long_tables_are_named_in_the_language(client: Client) -> None:
    response = client.get("/columns.css", headers={"accept-language": LANGUAGE})
    labels = re.findall(r"--label: (.*);", response.content.decode())
    assert len(labels) > 15
    assert all(label.startswith('"⟦') and label.endswith('⟧"') for label in labels)
    assert response["Content-Type"] == "text/css; charset=utf-8"


def test_scripts_get_their_words_from_the_server(client: Client) -> None:
    words = client.get("/words.js", headers={"accept-language": LANGUAGE}).content.decode()
    assert "\\u27e6just now\\u27e7" in words
    assert client.get("/words.js")["Cache-Control"] == "max-age=3600"
