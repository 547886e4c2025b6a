from typing import Any

from django.core.management.base import BaseCommand

from controlpanel.embedded.environment import Installation
from controlpanel.embedded.launcher import run
from controlpanel.embedded.ports import ports_require_free


class Command(BaseCommand):
    help = "Run the whole panel on this machine, with all that it needs."
    requires_system_checks = ()  # each child checks itself

    def handle(self, *_args: Any, **_options: Any) -> None:
        installation = Installation.from_environment()
        ports_require_free(installation)
        run(installation)
