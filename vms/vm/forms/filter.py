from django.http import QueryDict

from vms.vm.selectors.list import VMFilter


def vm_filter_from(query: QueryDict) -> VMFilter:
    """Read the list's filters; values that make no sense are left out, not complained about."""

    def text(name: str, longest: int) -> str:
        value = query.get(name, "").strip()
        return value if len(value) <= longest and "\x00" not in value else ""

    return VMFilter(status=text("status", 30), place=text("place", 64), search=text("q", 100))
