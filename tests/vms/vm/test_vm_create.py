"""Deploying VMs: what is made, what is written, and what is wiped."""

from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.audit.models import AuditEntry
from controlpanel.fluence import FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.fluence.renting import FINGERPRINT
from tests.vms.deploying import CREATE, LAUNCH, Clock, deploy, deploy_many, entry_of, log_of, poll
from vms.models import VM, FluenceAccount, Operation
from vms.operations.engine import operation_run
from vms.tasks import operations_resume

pytestmark = pytest.mark.usefixtures("catalogue", "key")
SECRET = "#cloud-config\npassword: swordfish\n"


def test_one_vm_is_made_while_the_person_waits(
    team: Team, petra: Actor, sim: RunningSimulator, fluence: FluenceClient
) -> None:
    operation = deploy(team, petra)
    assert operation.state == "succeeded"
    assert operation.attempts == 1
    vm = VM.objects.get()
    remote = fluence.vms.find_by_name("web-1")[0]
    assert (vm.remote_id, vm.status, vm.account_id) == (remote.id, "new", operation.account_id)
    assert vm.created_by_name == "Petra"
    assert vm.poll_after
    assert len(sim.requests(CREATE)) == 1


def test_it_is_polled_until_it_is_launched_with_its_address_and_price(
    team: Team, petra: Actor, account: FluenceAccount, clock: Clock
) -> None:
    deploy(team, petra)
    clock.advance(LAUNCH)
    assert poll(account) == 1
    vm = VM.objects.get()
    assert vm.status == "launched"
    assert vm.poll_after is None
    assert vm.ssh_command == f"ssh ubuntu@{vm.public_ip}"
    assert vm.price_hour
    assert vm.price_vm_hour
    assert vm.price_hour > vm.price_vm_hour > 0
    assert [disk.volume_gb for disk in vm.attached_disks] == [25]


def test_the_log_says_what_was_asked_and_how_it_ended(team: Team, petra: Actor) -> None:
    operation = deploy(team, petra)
    assert log_of(team) == ["vm.create requested", "vm.create succeeded"]
    entry = entry_of(team, "vm.create", "requested")
    assert entry.changes == {
        "place": [None, "Vistula (Warsaw, PL)"],
        "configuration": [None, "cpu-regular-2vcpu-4gb"],
        "image": [None, "Ubuntu 24.04 (LTS) x64"],
        "boot_disk_gb": [None, 25],
        "public_ip": [None, True],
        "ssh_keys": [None, f"laptop ({FINGERPRINT})"],
    }
    assert (entry.actor_name, entry.actor_role, entry.ip_address) == (
        "Petra",
        "operator",
        "203.0.113.7",
    )
    assert (entry.target_name, entry.operation_id) == ("web-1", operation.pk)


def test_the_log_tells_that_two_cloud_inits_are_the_same(team: Team, petra: Actor) -> None:
    for name, text in (("web-1", SECRET), ("web-2", SECRET), ("web-3", SECRET + "#")):
        deploy(team, petra, name, user_data=text)
    asked = AuditEntry.objects.filter(action="vm.create", outcome="requested").order_by("sequence")
    first, second, third = (entry.changes["cloud_init"] for entry in asked)
    assert first == second != third


def test_of_cloud_init_the_log_keeps_size_and_hash_and_the_operation_nothing(
    team: Team, petra: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    operation = deploy(team, petra, user_data=SECRET)
    changes = entry_of(team, "vm.create", "requested").changes
    before, kept = changes["cloud_init"]
    digest = kept.removeprefix(f"{len(SECRET)} bytes, HMAC-SHA-256 ")
    assert (before, len(digest)) == (None, 64)
    assert digest != sha256(SECRET.encode()).hexdigest(), "or a short text could be guessed from it"
    operation.refresh_from_db()
    assert operation.secret == ""
    everything = str(list(Operation.objects.values()) + list(AuditEntry.objects.values()))
    assert "swordfish" not in everything + caplog.text
    assert VM.objects.get().has_cloud_init


def test_while_it_waits_the_cloud_init_text_is_encrypted(team: Team, petra: Actor) -> None:
    deploy_many(team, petra, "web", count=2, user_data=SECRET)
    for operation in Operation.objects.filter(kind="vm.create"):
        assert operation.secret
        assert "swordfish" not in str(Operation.objects.filter(pk=operation.pk).values())
        assert operation.reveal_secret() == SECRET


def test_several_get_numbered_names_and_are_handed_to_workers(
    team: Team,
    petra: Actor,
    sim: RunningSimulator,
    fluence: FluenceClient,
    django_capture_on_commit_callbacks: object,
) -> None:
    with django_capture_on_commit_callbacks() as sent:  # type: ignore[operator]
        operations = deploy_many(team, petra, "web", count=3)
    assert [operation.target_name for operation in operations] == ["web-1", "web-2", "web-3"]
    assert {operation.state for operation in operations} == {"pending"}
    tabs_told, workers_asked = 1, 3
    assert len(sent) == tabs_told + workers_asked
    assert sim.requests(CREATE) == []
    assert [vm.status for vm in VM.objects.all()] == ["requested"] * 3
    for operation in operations:
        operation_run(operation.pk, patient=True)
    assert sorted(vm.name for vm in fluence.vms.iterate()) == ["web-1", "web-2", "web-3"]
    assert log_of(team) == [
        *["vm.create requested"] * 3,
        "batch.begin requested",
        *["vm.create succeeded"] * 3,
    ]


def test_what_the_queue_has_lost_is_found_by_the_next_beat(
    team: Team, petra: Actor, clock: Clock
) -> None:
    deploy_many(team, petra, "web", count=2)
    clock.advance(11)
    operations_resume()
    assert not Operation.objects.filter(state="pending", run_after__lte=timezone.now()).exists()


def test_a_viewer_is_refused_by_the_service_itself(team: Team, viewer: User) -> None:
    with pytest.raises(PermissionDenied, match="you may not deploy VMs"):
        deploy(team, actor_of(viewer, team))
    assert not VM.objects.exists()
    assert log_of(team) == []


def test_somebody_who_has_left_the_team_is_refused(team: Team, petra: Actor) -> None:
    team.memberships.all().delete()
    with pytest.raises(PermissionDenied, match="not a member"):
        deploy(team, petra)
