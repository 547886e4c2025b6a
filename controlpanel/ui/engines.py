"""What draws pages: Django's templates, and Jinja's for forms and what a page has fifty of."""

from pathlib import Path
from typing import Any

import django.forms


def template_engines(folder: Path) -> list[dict[str, Any]]:
    """Return the setting TEMPLATES."""
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
                "controlpanel.teams.context_processors.teams",
                "vms.billing.context_processors.low_balance",
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
