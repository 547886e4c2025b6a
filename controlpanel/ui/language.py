"""Words that are looked up once in each language: a page shows some of them fifty times."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.utils.translation import get_language

P = ParamSpec("P")
T = TypeVar("T")


def by_language(words: Callable[P, T]) -> Callable[P, T]:
    """Remember what a function of hashable arguments returned, for each language by itself."""

    @lru_cache(maxsize=4096)
    def remembered(_language: str | None, *args: Any, **kwargs: Any) -> T:
        return words(*args, **kwargs)

    in_language: Callable[..., T] = remembered

    @wraps(words)
    def in_active_language(*args: P.args, **kwargs: P.kwargs) -> T:
        return in_language(get_language(), *args, **kwargs)

    return in_active_language
