"""Words that are looked up once in each language: a page shows some of them fifty times."""

from collections.abc import Callable
from functools import lru_cache, partial, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from django.utils.translation import get_language

P = ParamSpec("P")
T = TypeVar("T")


class by_language(Generic[P, T]):  # noqa: N801 - a decorator
    """Remember what a function of hashable arguments returned, for each language by itself."""

    def __init__(self, words: Callable[P, T]) -> None:
        def in_language(_language: str | None, *args: Any, **kwargs: Any) -> T:
            return words(*args, **kwargs)

        self._remembered: Callable[..., T] = lru_cache(maxsize=4096)(in_language)
        update_wrapper(self, words)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._remembered(get_language(), *args, **kwargs)

    def for_reader(self) -> Callable[P, T]:
        """Return the function in the language of now: asking for that takes as long as a look."""
        return partial(self._remembered, get_language())
