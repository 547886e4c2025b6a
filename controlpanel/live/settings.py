"""The stream's settings: the panel's own, with only the apps that tell who listens.

With all of them the process would hold 30 MB more.
"""

from controlpanel.settings import *  # noqa: F403

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "controlpanel.accounts",
    "controlpanel.audit",
    "controlpanel.teams",
]
