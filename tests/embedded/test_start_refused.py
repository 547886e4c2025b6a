"""`manage.py run` and `migrate` where they cannot start: one sentence, and no trace."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from controlpanel.lib.database_settings import database_named
from tests.losing_parts.disk import small_disk
from tests.losing_parts.servers import postgres
from tests.stack import Stack

pytestmark = pytest.mark.stack
NOBODY_THERE = "postgres://panel:hunter2@127.0.0.1:1/panel"


def refused(folder: Path, **environment: str) -> str:
    """Start a panel that must end by itself; return the one line it prints."""
    stack = Stack(folder)
    stack.environment |= environment
    stack.launch()
    assert stack.supervisor.wait(60) == 1
    assert "Traceback" not in stack.log()
    assert "hunter2" not in stack.log()
    # Its parts may have said that they are up.
    said = [line for line in stack.log().splitlines() if not re.match(r"\w+ +\| ", line)]
    assert len(said) == 1, stack.log()
    return said[0]


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORT": "99999"}, "PORT must be a whole number from 1 to 65,535, but it is “99999”."),
        ({"ENCRYPTION_KEYS": "abc"}, "ENCRYPTION_KEYS: key 1 of 1 is no Fernet key"),
        ({"HOST": "no.such.host.invalid"}, "Cannot listen on no.such.host.invalid"),
        ({"DATABASE_URL": NOBODY_THERE}, "The panel has stopped: PostgreSQL cannot be used: "),
        ({"DATABASE_URL": "sqlite:////no/such/x"}, "The panel has stopped: The database /no/such"),
        ({"DATABASE_URL": "sqlite:////etc/hostname"}, "The panel has stopped: The database /etc/"),
    ],
)
def test_it_says_why_in_one_sentence(
    environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    assert refused(tmp_path, **environment).startswith(sentence)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    words = refused(tmp_path / "panel", DATA_DIR=str(tmp_path / "file" / "var"))
    assert words.startswith(f"The data cannot be kept in {tmp_path}/file/var (Not a directory)")


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with small_disk(16) as disk:
        words = refused(tmp_path, DATA_DIR=str(disk.folder / "var"))
        assert words.startswith("Only 16 MB are left on the disk of")
        assert list((disk.folder / "var").iterdir()) == []


def connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    named = database_named(url)
    return psycopg.connect(
        host=named["HOST"], user=named["USER"], dbname=named["NAME"], autocommit=True
    )


@pytest.fixture(scope="module")
def latin() -> Iterator[str]:
    """A database that keeps text as LATIN1."""
    with postgres() as server:
        with connected(server.url) as database:
            database.execute(
                "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C'"
                " LC_CTYPE 'C'"
            )
        yield server.url.rpartition("/")[0] + "/latin"


def test_a_database_that_cannot_hold_every_letter_is_refused(latin: str, tmp_path: Path) -> None:
    words = refused(tmp_path, DATABASE_URL=latin)
    assert "The database latin keeps text as LATIN1" in words
    with connected(latin) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchall() == []


def test_migrate_says_it_alike(latin: str, tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    secrets = {
        "SECRET_KEY": "x" * 50,
        "ENCRYPTION_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGU=",
    }
    for url, words in (
        (latin, "The database latin keeps text as LATIN1"),
        (NOBODY_THERE, "PostgreSQL cannot be used: connection failed"),
        ("sqlite:////no/such/x", "The database /no/such/x cannot be used: unable to open"),
    ):
        output = stack.manage("migrate", check=False, DATABASE_URL=url, **secrets)
        assert output.splitlines()[-1].startswith(words)
        assert "Traceback" not in output
        assert "hunter2" not in output


@pytest.mark.parametrize("library", ["_datetime", "_asyncio", "_sqlite3"])
def test_ctrl_c_while_it_is_being_loaded_ends_it_quietly(library: str, tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    stack.launch()
    maps = Path(f"/proc/{stack.supervisor.pid}/maps")
    if not maps.exists():
        pytest.skip("It is seen in /proc how far it has come.")
    stack.wait_for(lambda: library in maps.read_text())
    os.kill(stack.supervisor.pid, signal.SIGINT)
    assert stack.supervisor.wait(25) in {0, 130}
    assert "Traceback" not in stack.log()
    assert stack.processes == {} or set(stack.processes) == {"supervisor"}


def test_ctrl_c_amid_the_first_start_ends_it_quietly(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    stack.launch()
    stack.wait_for(lambda: "bringing the database up to date" in stack.log())
    assert stack.stop() == 0
    assert "Traceback" not in stack.log()


def test_the_printed_command_makes_a_team_in_this_panel_and_no_other(tmp_path: Path) -> None:
    """Typed in another terminal, which knows nothing of DATA_DIR."""
    folder = tmp_path / "my panel's"
    stack = Stack(folder, FLUENCE_API_URL="https://127.0.0.1:1")
    with stack:
        (command,) = [line.strip() for line in stack.log().splitlines() if "team_create" in line]
        del stack.environment["DATA_DIR"]
        printed = stack.shell_out(command)
        assert "owner@example.com owns the new team Acme." in printed
        assert stack.url in printed
    assert (folder / "var" / "panel.sqlite3").exists()


def test_lost_secrets_are_told_and_the_printed_password_is_true(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    stack.start()
    before = stack.password
    assert stack.stop() == 0
    (tmp_path / "var" / "secrets.env").unlink()
    with stack:
        assert stack.password != before
        assert stack.log().count("secrets.env was missing and is made anew") == 1
        program = (
            "from controlpanel.accounts.models import User;"
            f"print([u.check_password('{stack.password}') for u in User.objects.all()])"
        )
        assert stack.shell(program).strip() == str([True] * 6)
        state = "from vms.models import FluenceAccount as A; print(A.objects.first().api_key())"
        assert stack.shell(state).strip()
