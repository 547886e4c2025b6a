"""Queries whose SQL is written once per process, for what every page asks.

Building a query with joins takes Django longer than the database needs to answer it; here a run
only fills in values. What comes back is what the queryset would have brought, model or tuple.

    _BY_SLUG = PreparedQuery(lambda: Team.objects.filter(slug=Given("slug", SlugField())))
    teams = _BY_SLUG(slug="acme")

PostgreSQL, too, takes longer to plan joins than to follow the plan. A query that is answered in the
same way whatever its values are is `planned_once`: each connection keeps its plan.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import cached_property
from itertools import count
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")


class Given(Expression):
    """A value that each run brings, by name; the field says how the database takes it."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, *_: object, **__: object) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def filled(self, values: Mapping[str, object], connection: BaseDatabaseWrapper) -> object:
        return self.output_field.get_db_prep_value(values[self.name], connection)


class _Statement(SQLCompiler):
    """A compiler whose SQL is there already: all threads share one, and each run has a copy."""

    name = ""
    written: tuple[str, tuple[Any, ...]] = ("", ())
    converters: dict[int, Any]
    # By name, in the order in which PostgreSQL numbers them: the same value may be in two places.
    givens: dict[str, Given]
    execution = ""

    def write(self, name: str) -> None:
        """With a name, the statement stays prepared on each connection."""
        self.name, self.written = name, super().as_sql()
        self.converters = super().get_converters([column for column, *_ in self.select])
        places: tuple[Any, ...] = self.written[1]
        self.givens = {place.name: place for place in places if isinstance(place, Given)}
        self.execution = f"EXECUTE {name} ({', '.join(['%s'] * len(self.givens))})"

    def as_sql(self, *_: object, **__: object) -> tuple[str, tuple[Any, ...]]:
        return self.written

    def get_converters(self, *_: object, **__: object) -> dict[int, Any]:
        return self.converters

    def filled(self, values: Mapping[str, object], connection: BaseDatabaseWrapper) -> "_Statement":
        sql, places = self.written
        if self.name and keeps_plans(connection):
            self._tell(connection)
            sql, places = self.execution, tuple(self.givens.values())
        run = copy(self)
        run.connection = connection
        filled = (
            place.filled(values, connection) if isinstance(place, Given) else place
            for place in places
        )
        run.written = sql, tuple(filled)
        return run

    def _tell(self, connection: BaseDatabaseWrapper) -> None:
        """Have the connection keep the statement, unless it does (PostgreSQL's PREPARE)."""
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        told = _told.setdefault(connection.connection, set())
        if self.name in told:
            return
        sql, places = self.written
        ops, numbers = cast(Any, connection.ops), list(self.givens)
        written = (
            f"${numbers.index(place.name) + 1}"
            if isinstance(place, Given)
            else ops.compose_sql("%s", [place])
            for place in places
        )
        # Past Django's cursor: this is not one of the queries that a page asks.
        with connection.wrap_database_errors:
            connection.connection.execute(f"PREPARE {self.name} AS {sql % tuple(written)}")
        told.add(self.name)


class _Query(Query):
    statement: _Statement

    def get_compiler(self, *_: object, **__: object) -> _Statement:
        return self.statement


class PreparedQuery(Generic[Row]):
    """`build` is called at the first run; its queryset has a `Given` for each value to come."""

    def __init__(
        self, build: "Callable[[], QuerySet[Any, Row]]", *, planned_once: bool = False
    ) -> None:
        self._build = build
        self.name = f"prepared_{next(_numbers)}" if planned_once else ""

    @cached_property
    def _prepared(self) -> "tuple[QuerySet[Any, Row], _Query]":
        queryset = self._build()
        query = cast(_Query, queryset.query.chain(klass=_Query))
        query.statement = _Statement(query, connections[queryset.db], queryset.db)
        query.statement.write(self.name)
        return queryset, query

    def __call__(self, **values: object) -> list[Row]:
        try:
            return self._run(values)
        except NotSupportedError:
            # A migration has given a column another type since the connection was told.
            if not _forget(self.name, connections[self._prepared[0].db]):
                raise
            return self._run(values)

    def _run(self, values: Mapping[str, object]) -> list[Row]:
        built, prepared = self._prepared
        query = copy(prepared)
        query.statement = prepared.statement.filled(values, connections[built.db])
        run: QuerySet[Any, Any] = type(built)(model=built.model, query=query, using=built.db)
        rows = cast(Iterable[Row], built._iterable_class(run))
        return list(rows)


# Names of statements are the process's own, and each connection knows those it was told.
_numbers = count(1)
_told: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()


def keeps_plans(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether what one transaction leaves on a connection is there for the next."""
    is_pooled = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    return connection.vendor == "postgresql" and not is_pooled


def _forget(name: str, connection: BaseDatabaseWrapper) -> bool:
    """Have the connection forget the statement; false if it cannot, or did not know it."""
    told = _told.get(connection.connection, set()) if name else set()
    if name not in told or connection.in_atomic_block:
        return False
    with connection.wrap_database_errors:
        connection.connection.execute(f"DEALLOCATE {name}")
    told.discard(name)
    return True
