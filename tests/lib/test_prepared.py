"""A prepared query brings what its queryset would, each time for the values of that time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import BigIntegerField, CharField, Q, SlugField

from controlpanel.accounts.models import User
from controlpanel.lib.prepared import Given, PreparedQuery
from controlpanel.teams.models import Membership, Team

pytestmark = pytest.mark.django_db


def memberships() -> PreparedQuery[Membership]:
    return PreparedQuery(
        lambda: Membership.objects.select_related("team").filter(
            team__slug=Given("slug", SlugField()), user_id=Given("user", BigIntegerField())
        ),
    )


def names() -> PreparedQuery[tuple[str, str]]:
    part = Given("part", CharField())
    found = Q(name__icontains=part) | Q(slug=part)
    return PreparedQuery(
        lambda: (
            Team.objects.filter(found)
            .exclude(name="50% of 'all'")
            .order_by("name")
            .values_list("name", "slug")[:2]
        ),
    )


def test_models_come_with_what_was_joined(
    team: Team, owner: User, django_assert_num_queries: object
) -> None:
    ask = memberships()
    with django_assert_num_queries(1):  # type: ignore[operator]
        (membership,) = ask(slug=team.slug, user=owner.pk)
        assert membership.team == team
    assert membership == Membership.objects.get(team=team, user=owner)
    assert ask(slug="nowhere", user=owner.pk) == []


def test_tuples_come_in_order_and_no_more_than_asked_for() -> None:
    ask = names()
    for name in ("Bee", "Ant", "Bear", "Beetle"):
        Team.objects.create(name=name, slug=name.lower())
    assert ask(part="bee") == [("Bee", "bee"), ("Beetle", "beetle")]
    assert ask(part="AN") == [("Ant", "ant")]
    assert ask(part="e") == [("Bear", "bear"), ("Bee", "bee")]


def test_values_are_values_and_never_sql() -> None:
    ask = names()
    Team.objects.create(name="100% 'sure'", slug="sure")
    Team.objects.create(name="50% of 'all'", slug="all")
    assert ask(part="0% 's") == [("100% 'sure'", "sure")]
    assert ask(part="%") == [("100% 'sure'", "sure")]
    assert ask(part="_") == []


def test_a_value_that_is_not_given_is_an_error() -> None:
    with pytest.raises(KeyError):
        names()()


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_once_get_each_their_own() -> None:
    slugs = [f"team-{number}" for number in range(20)]
    Team.objects.bulk_create(Team(name=slug, slug=slug) for slug in slugs)
    fresh = PreparedQuery(lambda: Team.objects.filter(slug=Given("slug", SlugField())))

    def ask(slug: str) -> list[str]:
        try:
            return [team.slug for team in fresh(slug=slug)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, slugs)) == [[slug] for slug in slugs]
