"""What draws pages: Django's templates, and Jinja's for forms and what a page has fifty of."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django.forms


def template_engines(folder: Path, context_processors: Sequence[str]) -> list[dict[str, Any]]:
    """Return the setting TEMPLATES; `context_processors` are those of the product."""
    templates = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [folder],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "controlpanel.ui.templatetags.console",
                "controlpanel.ui.templatetags.rows",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *context_processors,
            ],
        },
    }
    rows = {
        "NAME": "jinja",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [folder],
        "OPTIONS": {"environment": "controlpanel.ui.jinja.environment"},
    }
    forms = {
        "NAME": "forms",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [folder / "jinja2", Path(django.forms.__file__).parent / "jinja2"],
        "OPTIONS": {"environment": "controlpanel.ui.jinja.forms_environment"},
    }
    return [templates, rows, forms]
