"""Queries whose SQL is written once per process, for what every page asks.

Building a query with joins takes Django longer than the database needs to answer it; here a run
only fills in values. What comes back is what the queryset would have brought, model or tuple.

    _BY_SLUG = PreparedQuery(lambda: Team.objects.filter(slug=Given("slug", SlugField())))
    teams = _BY_SLUG(slug="acme")

Without it the deploy form takes 2.7 to 2.9 times its yardstick in `make bench`, where 2.5 is the
limit and 2.2 to 2.3 are measured with it (same machine, same hour); the VM list 1.9 to 2.1 for 1.6
to 1.7, where it is 2.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import connections
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

    written: tuple[str, tuple[Any, ...]] = ("", ())
    converters: dict[int, Any]

    def write(self) -> None:
        self.written = super().as_sql()
        self.converters = super().get_converters([column for column, *_ in self.select])

    def as_sql(self, *_: object, **__: object) -> tuple[str, tuple[Any, ...]]:
        return self.written

    def get_converters(self, *_: object, **__: object) -> dict[int, Any]:
        return self.converters

    def filled(self, values: Mapping[str, object], connection: BaseDatabaseWrapper) -> "_Statement":
        sql, places = self.written
        run = copy(self)
        run.connection = connection
        filled = (
            place.filled(values, connection) if isinstance(place, Given) else place
            for place in places
        )
        run.written = sql, tuple(filled)
        return run


class _Query(Query):
    statement: _Statement

    def get_compiler(self, *_: object, **__: object) -> _Statement:
        return self.statement


class PreparedQuery(Generic[Row]):
    """`build` is called at the first run; its queryset has a `Given` for each value to come."""

    def __init__(self, build: "Callable[[], QuerySet[Any, Row]]") -> None:
        self._build = build

    @cached_property
    def _prepared(self) -> "tuple[QuerySet[Any, Row], _Query]":
        queryset = self._build()
        query = cast(_Query, queryset.query.chain(klass=_Query))
        query.statement = _Statement(query, connections[queryset.db], queryset.db)
        query.statement.write()
        return queryset, query

    def __call__(self, **values: object) -> list[Row]:
        built, prepared = self._prepared
        query = copy(prepared)
        query.statement = prepared.statement.filled(values, connections[built.db])
        run: QuerySet[Any, Any] = type(built)(model=built.model, query=query, using=built.db)
        rows = cast(Iterable[Row], built._iterable_class(run))
        return list(rows)
