"""The tag for what a page has fifty of (a template builtin): it is drawn by Jinja."""

from functools import partial
from typing import Any

from django import template
from django.template import Context, engines
from django.utils.safestring import SafeString

from controlpanel.ui.money import usd, usd_rate
from controlpanel.ui.times import Clock

from .console import rendered, status

register = template.Library()


@register.simple_tag(takes_context=True)
def jinja(context: Context, template_name: str, **values: object) -> SafeString:
    """Draw rows by Jinja (see `controlpanel.ui.jinja`).

    The template has the context of the page, and what shows things in the reader's own language
    and zone: `when`, `status`, `usd` and `usd_rate`. `rendered` draws a partial of Django's in it.
    """
    known: dict[Any, Any] = {**context.flatten(), **values}
    known["when"] = Clock().when
    known["status"] = status.for_reader()
    known["usd"], known["usd_rate"] = usd.for_reader(), usd_rate.for_reader()
    known["rendered"] = partial(rendered, context)
    return SafeString(engines["jinja"].get_template(template_name).render(known))
