"""What draws pages: Django's templates, and Jinja's for what a page has fifty of."""

from pathlib import Path
from typing import Any


def template_engines(folder: Path) -> list[dict[str, Any]]:
    """Return the setting TEMPLATES."""
    django = {
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
            ],
        },
    }
    jinja = {
        "NAME": "jinja",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [folder],
        "OPTIONS": {"environment": "controlpanel.ui.jinja.environment"},
    }
    return [django, jinja]
