import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from controlpanel.embedded.demo import demo_logins, demo_seed
from controlpanel.embedded.environment import Installation


class Command(BaseCommand):
    help = "Create the demo teams and people. Only beside the simulator; `run` does it by itself."

    def handle(self, *_args: Any, **_options: Any) -> None:
        password = os.environ.get("DEMO_PASSWORD")
        installation = Installation.from_environment()
        if not installation.has_simulator or not password:
            raise CommandError(
                "Demo people are only made beside the simulator, by `manage.py run`."
            )
        demo_seed(password=password, folder=installation.data_dir)
        self.stdout.write(demo_logins(password=password))
