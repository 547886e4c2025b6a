"""The stream by itself: the process that tells open pages of changes, and nothing else."""

import os
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application

os.environ["DJANGO_SETTINGS_MODULE"] = "controlpanel.live.settings"
django.setup()

from .streams import streams  # noqa: E402 - needs the apps

application: "ASGI3Application" = streams
