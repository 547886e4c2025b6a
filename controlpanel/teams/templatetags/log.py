"""What the audit log draws fifty times a page: by functions, which are quicker than templates."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from controlpanel.audit.changes import Change

register = template.Library()

NOTHING = mark_safe('<span class="muted">–</span>')  # noqa: RUF001 - as elsewhere


@register.simple_tag
def change_lines(changes: Iterable[Change]) -> SafeString:
    """Draw what an entry says changed, a line for each field."""
    none = gettext("none")
    lines = [_line(label, before, after, none) for _, label, before, after in changes]
    return mark_safe("".join(lines)) if lines else NOTHING  # noqa: S308 - each is escaped


def _line(label: str, before: str, after: str, none: str) -> str:
    was = f'{escape(before)} <span class="muted">→</span> ' if before else ""
    now = escape(after) if after else f'<span class="muted">{escape(none)}</span>'
    return f'<div><span class="muted">{escape(label)}:</span> {was}{now}</div>'
