"""A prepared query brings what its queryset would, each time for the values of that time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import NotSupportedError, OperationalError, connection, transaction
from django.db.models import BigIntegerField, CharField, Q, SlugField
from django.test.utils import CaptureQueriesContext

from controlpanel.accounts.models import User
from controlpanel.lib.prepared import Given, PreparedQuery
from controlpanel.teams.models import Membership, Team

pytestmark = pytest.mark.django_db

either_way = pytest.mark.parametrize("planned_once", [False, True])
needs_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="no other database keeps plans"
)


def memberships(*, planned_once: bool) -> PreparedQuery[Membership]:
    return PreparedQuery(
        lambda: Membership.objects.select_related("team").filter(
            team__slug=Given("slug", SlugField()), user_id=Given("user", BigIntegerField())
        ),
        planned_once=planned_once,
    )


def names(*, planned_once: bool) -> PreparedQuery[tuple[str, str]]:
    part = Given("part", CharField())
    found = Q(name__icontains=part) | Q(slug=part)
    return PreparedQuery(
        lambda: (
            Team.objects.filter(found)
            .exclude(name="50% of 'all'")
            .order_by("name")
            .values_list("name", "slug")[:2]
        ),
        planned_once=planned_once,
    )


@either_way
def test_models_come_with_what_was_joined(
    team: Team, owner: User, django_assert_num_queries: object, planned_once: bool
) -> None:
    ask = memberships(planned_once=planned_once)
    with django_assert_num_queries(1):  # type: ignore[operator]
        (membership,) = ask(slug=team.slug, user=owner.pk)
        assert membership.team == team
    assert membership == Membership.objects.get(team=team, user=owner)
    assert ask(slug="nowhere", user=owner.pk) == []


@either_way
def test_tuples_come_in_order_and_no_more_than_asked_for(planned_once: bool) -> None:
    ask = names(planned_once=planned_once)
    for name in ("Bee", "Ant", "Bear", "Beetle"):
        Team.objects.create(name=name, slug=name.lower())
    assert ask(part="bee") == [("Bee", "bee"), ("Beetle", "beetle")]
    assert ask(part="AN") == [("Ant", "ant")]
    assert ask(part="e") == [("Bear", "bear"), ("Bee", "bee")]


@either_way
def test_values_are_values_and_never_sql(planned_once: bool) -> None:
    ask = names(planned_once=planned_once)
    Team.objects.create(name="100% 'sure'", slug="sure")
    Team.objects.create(name="50% of 'all'", slug="all")
    assert ask(part="0% 's") == [("100% 'sure'", "sure")]
    assert ask(part="%") == [("100% 'sure'", "sure")]
    assert ask(part="_") == []


@either_way
def test_a_value_that_is_not_given_is_an_error(planned_once: bool) -> None:
    with pytest.raises(KeyError):
        names(planned_once=planned_once)()


@either_way
@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_once_get_each_their_own(planned_once: bool) -> None:
    slugs = [f"team-{number}" for number in range(20)]
    Team.objects.bulk_create(Team(name=slug, slug=slug) for slug in slugs)
    fresh = PreparedQuery(
        lambda: Team.objects.filter(slug=Given("slug", SlugField())), planned_once=planned_once
    )

    def ask(slug: str) -> list[str]:
        try:
            return [team.slug for team in fresh(slug=slug)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, slugs)) == [[slug] for slug in slugs]


@needs_postgres
def test_postgresql_plans_it_once_for_each_connection(team: Team, owner: User) -> None:
    ask = memberships(planned_once=True)
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            ask(slug=team.slug, user=owner.pk)
        assert [query["sql"].split(" (")[0] for query in queries] == [f"EXECUTE {ask.name}"]
    assert _plans(ask) == (3, 0)
    assert _plans(memberships(planned_once=True)) is None


@needs_postgres
def test_what_a_rolled_back_transaction_prepared_goes_on_working(team: Team, owner: User) -> None:
    ask = memberships(planned_once=True)
    with transaction.atomic():
        ask(slug=team.slug, user=owner.pk)
        transaction.set_rollback(True)
    assert len(ask(slug=team.slug, user=owner.pk)) == 1


@needs_postgres
@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_told_anew(team: Team, owner: User) -> None:
    ask = memberships(planned_once=True)
    for _ in range(2):
        assert len(ask(slug=team.slug, user=owner.pk)) == 1
        with connection.cursor() as cursor, suppress(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        connection.close()


@needs_postgres
@pytest.mark.django_db(transaction=True)
def test_a_migration_meanwhile_makes_it_plan_anew(team: Team, owner: User) -> None:
    ask = memberships(planned_once=True)
    assert len(ask(slug=team.slug, user=owner.pk)) == 1
    try:
        _name_column("varchar(300)")
        with pytest.raises(NotSupportedError), transaction.atomic():
            ask(slug=team.slug, user=owner.pk)
        assert len(ask(slug=team.slug, user=owner.pk)) == 1
        assert len(ask(slug=team.slug, user=owner.pk)) == 1
    finally:
        _name_column(Team._meta.get_field("name").db_type(connection) or "")


def _name_column(kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE teams_team ALTER COLUMN name TYPE {kind}")


@needs_postgres
def test_nothing_is_kept_where_each_transaction_may_have_another_connection(
    team: Team, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    ask = memberships(planned_once=True)
    assert len(ask(slug=team.slug, user=owner.pk)) == 1
    assert _plans(ask) is None


def _plans(query: PreparedQuery[Any]) -> tuple[int, int] | None:
    """Return how often this connection took the plan it has, and how often it made one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = %s",
            [query.name],
        )
        found: tuple[int, int] | None = cursor.fetchone()
    return found
