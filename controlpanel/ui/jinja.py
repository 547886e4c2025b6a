"""What a page has fifty of is drawn by Jinja, which compiles its templates (tag `jinja`).

Django's own templates take 14 ms for the fifty rows of the VM list, these 2.3 (one machine, in
turns); with Django's the list is 2.7 to 3.1 times its yardstick in `make bench`, where 2 is the
limit, with these 1.7 to 1.9. Whatever a page has once stays Django's, with its words.
"""

from typing import Any

from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils.translation import gettext
from jinja2 import Environment

from .templatetags.console import copyable, draw_icon, form_errors, in_words


def environment(**options: Any) -> Environment:
    """Return what the templates are drawn in; `{% jinja %}` adds what depends on the reader."""
    drawing = Environment(**options)  # noqa: S701 - Django's options say that it escapes
    drawing.filters["in_words"] = in_words
    drawing.globals["copyable"] = copyable
    return drawing


def forms_environment(**options: Any) -> Environment:
    """Return what forms are drawn in (see `controlpanel.ui.forms`)."""
    drawing = Environment(**options)  # noqa: S701 - Django's options say that it escapes
    drawing.globals |= {"_": gettext, "icon": draw_icon, "form_errors": _form_errors}
    return drawing


def _form_errors(form: BaseForm) -> str:
    return render_to_string("forms/_errors.html", form_errors(form))
