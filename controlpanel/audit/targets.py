"""Where the pages of what entries are about lie: each package registers its types."""

from collections.abc import Callable

# Of a team's slug: how its targets' ids become addresses. An id without a page raises ValueError.
Pages = Callable[[str], Callable[[str], str]]
_pages: dict[str, Pages] = {}


def target_pages_register(**pages: Pages) -> None:
    """Register the pages of types of targets."""
    _pages.update(pages)


class TargetLinks:
    """The addresses of a team's targets; what they begin with is worked out once for each type."""

    def __init__(self, slug: str) -> None:
        self._links = {name: pages(slug) for name, pages in _pages.items()}

    def url(self, target_type: str, target_id: str) -> str:
        """Return the address of a target's own page; nothing if it has none."""
        link = self._links.get(target_type)
        try:
            return link(target_id) if link else ""
        except ValueError:
            return ""
