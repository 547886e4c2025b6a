"""Tags and filters of every page (a template builtin): times, money, icons, statuses, fields."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from controlpanel.accounts.models import User
from controlpanel.ui.statuses import status_look

register = template.Library()

NOTHING = "–"  # noqa: RUF001 - what stands where a value is not known
HOURS_PER_MONTH = Decimal(730)
CENT = Decimal("0.01")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CURRENT = mark_safe(' aria-current="page"')
SELECTED = mark_safe(" selected")
MOVING = mark_safe('<i class="pulse"></i>')
# Most browsers also name those they descend from: the more particular comes first.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@register.simple_tag(name="icon")
@lru_cache(maxsize=512)
def draw_icon(name: str, size: int = 16, label: str = "", extra: str = "") -> SafeString:
    """Draw a Lucide icon (see `controlpanel.ui.icons`) of 14, 16, 20 or 32 pixels.

    Without a label it is decoration, which screen readers pass over. `extra` is a class.
    """
    classes = f"icon i-{name}" + (f" s{size}" if size != 16 else "") + (extra and f" {extra}")
    if label:
        return format_html('<i class="{}" role="img" aria-label="{}"></i>', classes, label)
    return format_html('<i class="{}"></i>', classes)


@register.simple_tag
def badge(text: str, tone: str = "neutral", icon: str = "") -> SafeString:
    """Draw a small label; tones: neutral, success, info, warning, danger, attention."""
    mark = draw_icon(icon, size=14) if icon else ""
    return format_html('<span class="badge {}">{}{}</span>', tone, mark, text)


@register.simple_tag
@lru_cache(maxsize=128)
def status(value: str) -> SafeString:
    """Draw a VM's status, an operation's state or an audit outcome in its own tone and words."""
    look = status_look(value)
    mark, icon = (MOVING, "") if look.is_moving else ("", f" i-{look.icon}")
    classes = f"status {look.tone}{icon}"
    return format_html('<span class="{}">{}{}</span>', classes, mark, look.words)


@register.simple_tag
def when(moment: datetime | None, format: str = "auto") -> str:  # noqa: A002 - reads well in a tag
    """Show a time in the reader's zone: relative while it is recent, else its date.

    `format="full"` always shows date, time and zone. The browser keeps the others up to date,
    and shows the full time to whoever points at them.
    """
    if moment is None:
        return NOTHING
    local = timezone.localtime(moment)
    machine = f"{moment.astimezone(UTC).isoformat()[:19]}Z"
    # Nothing here is anybody's text, so that nothing needs escaping.
    if format == "full":
        return mark_safe(f'<time datetime="{machine}">{_exact(local)}</time>')  # noqa: S308
    now = timezone.now()
    text = _relative(now - moment) or _date(local, timezone.localtime(now))
    return mark_safe(  # noqa: S308
        f'<time datetime="{machine}" title="{_exact(local)}" data-when>{text}</time>'
    )


# A page has fifty times: `strftime` would take twice as long, and follow the machine's language.
def _exact(local: datetime) -> str:
    day = f"{local.day:02} {MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {local.isoformat()[11:19]} {local.tzname()}"


def _relative(age: timedelta) -> str:
    """Say how long ago, or in how long, within a day; otherwise nothing."""
    is_past = age >= timedelta(0)
    seconds = abs(age.total_seconds())
    if seconds < 45:
        return "just now" if is_past else "in a moment"
    if seconds < 3600:
        amount = f"{max(1, round(seconds / 60))} min"
    elif seconds < 86_400:
        amount = f"{round(seconds / 3600)} h"
    else:
        return ""
    return f"{amount} ago" if is_past else f"in {amount}"


def _date(local: datetime, now: datetime) -> str:
    day = f"{local.day} {MONTHS[local.month - 1]}"
    is_this_year = local.year == now.year
    return f"{day}, {local.isoformat()[11:16]}" if is_this_year else f"{day} {local.year}"


# Amounts hold nothing that needs escaping; a page has a hundred.
@register.filter
def usd(amount: Decimal | None) -> str:
    """A plain amount of dollars, such as a balance: $1,234.50."""
    if amount is None:
        return NOTHING
    sign = "-" if amount < 0 else ""
    return mark_safe(f"{sign}${abs(amount):,.2f}")  # noqa: S308


@register.filter
def usd_hour(per_hour: Decimal | None) -> str:
    """A price per hour, with at least two and at most five digits after the point."""
    if per_hour is None:
        return NOTHING
    if per_hour == per_hour.quantize(CENT):
        digits = f"{per_hour:,.2f}"
    else:
        digits = f"{per_hour:,.5f}" if per_hour < CENT else f"{per_hour:,.4f}"
    return mark_safe(f"${digits}/h")  # noqa: S308


@register.filter
def usd_month(per_hour: Decimal | None) -> str:
    """A price per hour as what a month of 730 hours costs."""
    if per_hour is None:
        return NOTHING
    return mark_safe(f"${per_hour * HOURS_PER_MONTH:,.2f}/mo")  # noqa: S308


@register.filter
def initials(person: User) -> str:
    """One or two letters to know a person by."""
    words = person.name.split() or [person.email]
    return "".join(word[0] for word in (words[0], *words[1:][-1:]))


@register.filter
def browser(user_agent: str) -> str:
    """Name the browser and system of a User-Agent header, as far as people would."""
    name = next((name for mark, name in BROWSERS if mark in user_agent), "A program")
    system = next((system for mark, system in SYSTEMS if mark in user_agent), "")
    return f"{name} on {system}" if system else name


@register.simple_tag(takes_context=True)
def rendered(context: Context, template_name: str) -> SafeString:
    """Render a partial once, for pages that show it twice: `{% rendered "_nav.html" as nav %}`."""
    assert context.template  # noqa: S101 - a tag is in a template
    partial = context.template.engine.get_template(template_name)
    return partial.render(context)


@register.simple_tag(takes_context=True)
def nav_link(context: Context, view_name: str, text: str, icon: str, also: str = "") -> SafeString:
    """Draw a link of the navigation; it is current on its own page and on those in `also`."""
    membership = context.get("current_membership")
    here = getattr(context["request"].resolver_match, "view_name", "")
    kwargs = {"slug": membership.team.slug} if membership else {}
    return format_html(
        '<li><a href="{}"{}>{} {}</a></li>',
        reverse(view_name, kwargs=kwargs),
        CURRENT if here in {view_name, *also.split()} else "",
        draw_icon(icon),
        text,
    )


@register.simple_tag
def field(bound: BoundField, prefix: str = "", suffix: str = "", **attributes: Any) -> SafeString:
    """Draw a form field: label, help, control and error. Other keywords go to the control."""
    attrs = {key.replace("_", "-"): value for key, value in attributes.items()}
    return render_to_string(
        bound.template_name,
        {
            "field": bound,
            "prefix": prefix,
            "suffix": suffix,
            "control": bound.as_widget(attrs=attrs) if attrs else bound,
        },
    )


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """Draw the options of a select, the chosen one selected."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if value == chosen else "", label) for value, label in choices),
    )


@register.inclusion_tag("forms/_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Draw what is wrong with the form as a whole and, if it is long, links to the wrong fields."""
    fields = form.visible_fields()
    return {
        "errors": form.non_field_errors(),
        "wrong_fields": [bound for bound in fields if bound.errors] if len(fields) > 3 else [],
    }
