"""Tags and filters of every page (a template builtin): times, money, icons, statuses, fields."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Protocol

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markupsafe import escape

from controlpanel.ui import money, times
from controlpanel.ui.language import by_language
from controlpanel.ui.looks import look_of

register = template.Library()


class Person(Protocol):
    name: str
    email: str


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
@by_language
def status(value: str, of: str) -> SafeString:
    """Draw a status in its own tone and words: `{% status vm.status of="vm" %}`."""
    look = look_of(of, value)
    mark, icon = (MOVING, "") if look.is_moving else ("", f" i-{look.icon}")
    classes = f"status {look.tone}{icon}"
    return format_html('<span class="{}">{}{}</span>', classes, mark, look.label)


register.simple_tag(times.when)
register.filter(money.usd)
register.filter(money.usd_hour)
register.filter(money.usd_month)
register.filter(money.usd_rate)


@register.filter
def initials(person: Person) -> str:
    """One or two letters to know a person by."""
    words = person.name.split() or [person.email]
    return "".join(word[0] for word in (words[0], *words[1:][-1:]))


@register.filter
def in_words(name: str, words: str) -> str:
    """Put a name into words that were translated before: `{{ vm.name|in_words:words.rename }}`."""
    return words % {"name": name}


@register.simple_tag
def copyable(text: str, label: str) -> SafeString:
    """Draw a text with a button that copies it; the label says of what it is."""
    return SafeString(
        f'<span class="copyable mono">{escape(text)}<button class="tool i-copy"'
        f' type="button" data-copy aria-label="{escape(label)}"></button></span>'
    )


@register.simple_tag
def sourced(figure: str, source: str) -> SafeString:
    """Draw a figure that says where it is from and how old it is, on hover and on focus."""
    return format_html('<span class="sourced" tabindex="0" title="{}">{}</span>', source, figure)


@register.filter
def css_text(text: str) -> SafeString:
    """Write a text as a string of CSS, quotes included."""
    escaped = re.sub(r'["\\\n<]', lambda found: f"\\{ord(found[0]):06x}", str(text))
    return mark_safe(f'"{escaped}"')  # noqa: S308


@register.filter
def browser(user_agent: str) -> str:
    """Name the browser and system of a User-Agent header, as far as people would."""
    name = next((name for mark, name in BROWSERS if mark in user_agent), gettext("A program"))
    system = next((system for mark, system in SYSTEMS if mark in user_agent), "")
    if not system:
        return name
    return gettext("%(browser)s on %(system)s") % {"browser": name, "system": system}


@register.simple_tag(takes_context=True)
def rendered(context: Context, template_name: str, **values: object) -> SafeString:
    """Render a partial, to be shown twice or amid words: `{% rendered "_nav.html" as nav %}`."""
    assert context.template  # noqa: S101 - a tag is in a template
    partial = context.template.engine.get_template(template_name)
    with context.push(**values):
        return SafeString(partial.render(context).strip())


@register.simple_tag
def page_url(view_name: str, slug: str = "") -> str:
    """As `url`, for the links of every page: working out twenty takes as long as forty rows."""
    return _page_url(get_script_prefix(), view_name, slug)


@lru_cache(maxsize=4096)
def _page_url(_prefix: str, view_name: str, slug: str) -> str:
    return reverse(view_name, kwargs={"slug": slug} if slug else {})


@register.simple_tag(takes_context=True)
def nav_link(context: Context, view_name: str, text: str, icon: str, also: str = "") -> SafeString:
    """Draw a link of the navigation; it is current on its own page and on those in `also`."""
    membership = context.get("current_membership")
    here = getattr(context["request"].resolver_match, "view_name", "")
    return format_html(
        '<li><a href="{}"{}>{} {}</a></li>',
        page_url(view_name, membership.team.slug if membership else ""),
        CURRENT if here in {view_name, *also.split()} else "",
        draw_icon(icon),
        text,
    )


@register.simple_tag
def field(bound: BoundField, prefix: str = "", suffix: str = "", **attributes: Any) -> SafeString:
    """Draw a form field: label, help, control and error. Other keywords go to the control.

    A refused form takes the focus to what is wrong with it, never to its `autofocus`.
    """
    if bound.form.errors:
        attributes.pop("autofocus", None)
    attrs = {key.replace("_", "-"): value for key, value in attributes.items()}
    control = bound.as_widget(attrs=attrs) if attrs else ""
    drawn = {"field": bound, "control": control, "prefix": prefix, "suffix": suffix}
    return bound.form.render(bound.template_name, drawn)


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """Draw the options of a select, the chosen one selected."""
    drawn = [_option(str(value), str(label), value == chosen) for value, label in choices]
    return mark_safe("".join(drawn))  # noqa: S308 - each is escaped


@lru_cache(maxsize=4096)
def _option(value: str, label: str, is_chosen: bool) -> SafeString:
    """The log's filters have a hundred of them, of which next to none change."""
    selected = SELECTED if is_chosen else ""
    return format_html('<option value="{}"{}>{}</option>', value, selected, label)


@register.inclusion_tag("forms/_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Draw what is wrong with the form as a whole and, if it is long, links to the wrong fields."""
    fields = form.visible_fields()
    return {
        "errors": form.non_field_errors(),
        "wrong_fields": [bound for bound in fields if bound.errors] if len(fields) > 3 else [],
    }
