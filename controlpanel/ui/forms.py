"""Forms are drawn by Jinja: the deploy form has twenty fields.

Django ships its widgets for both. By its own templates that form's fields take 4.9 ms, by Jinja's
1.2, and its whole page 24.9 and 17.4 (one machine, in turns); it may take 2.5 times its yardstick
in `make bench`, and takes 2.3 with these. Widgets of ours may be Django's templates all the same.
"""

from functools import cache
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.template import TemplateDoesNotExist, engines


class FormRenderer(TemplatesSetting):
    """The setting FORM_RENDERER."""

    def get_template(self, template_name: str) -> Any:  # noqa: ANN401 - as Django's
        return _by_jinja(template_name) or super().get_template(template_name)


@cache
def _by_jinja(template_name: str) -> Any:  # noqa: ANN401 - of Jinja's backend, which has no types
    try:
        return engines["forms"].get_template(template_name)
    except TemplateDoesNotExist:
        return None
