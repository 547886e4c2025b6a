"""Migrations are safe while the release before still reads and writes (docs/operations.md).

On PostgreSQL alone: SQLite rebuilds a table for most changes, and its panel is one machine's.
"""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

OURS = [
    config.label
    for config in apps.get_app_configs()
    if Path(config.path).is_relative_to(settings.BASE_DIR) and ".venv" not in config.path
]
# Migrations that may be unsafe all the same, as (app, name), each with the reason.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("vms", "0018_longer_kinds"): "a column that grows longer is as it was to the release before",
}


@pytest.mark.django_db
def test_no_migration_breaks_the_release_before() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite rebuilds tables")
    linter = MigrationLinter(
        str(settings.BASE_DIR),
        include_apps=OURS,
        exclude_migration_tests=["RUNPYTHON_ARGS_NAMING_CONVENTION"],
        ignore_name=[name for _, name in EXCEPTIONS],
        no_cache=True,
    )
    linter.lint_all_migrations()
    assert linter.nb_valid >= len({"accounts", "audit", "maintenance", "teams", "vms"})
    assert not linter.has_errors


@pytest.mark.parametrize(
    "statement",
    [
        'ALTER TABLE "vms_vm" ADD COLUMN "colour" varchar(9) NOT NULL;',
        'ALTER TABLE "vms_vm" DROP COLUMN "name" CASCADE;',
        'ALTER TABLE "vms_vm" RENAME COLUMN "name" TO "title";',
        'ALTER TABLE "vms_vm" RENAME TO "vms_machine";',
        'CREATE INDEX "by_name" ON "vms_vm" ("name");',
    ],
)
def test_what_breaks_it_is_noticed(statement: str) -> None:
    errors, _, warnings = analyse_sql_statements(PostgresqlAnalyser, [statement])
    assert errors or warnings
